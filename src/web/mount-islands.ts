import { render } from 'preact';
import type { PageData } from '../output/markup/page-data.ts';
import { bringIntoView, foldOf, reveal } from './folds.ts';
import { ISLANDS } from './islands.ts';
import { hashStore } from './state/hash-store.ts';

/** An island is mounted when it is about so far from being seen. */
const NEAR = '100% 0px';

/** Mounts islands: visible ones at once, near ones next, others when idle, so that print and search find them. */
export function mountIslands(page: PageData): void {
  const waiting = new Set(document.querySelectorAll<HTMLElement>('[data-island]'));
  const take = (element: HTMLElement): Promise<void> => {
    observer.unobserve(element);
    return waiting.delete(element) ? mount(element, page) : Promise.resolve();
  };
  const observer = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) void take(target as HTMLElement);
    },
    { rootMargin: NEAR },
  );
  for (const element of waiting) observer.observe(element);
  const all = (): void => {
    for (const element of [...waiting]) void take(element);
  };
  addEventListener('beforeprint', all);
  matchMedia('print').addEventListener('change', all);
  const next = (): void => {
    const [element] = waiting;
    if (element !== undefined) void take(element).then(() => whenIdle(next));
  };
  whenIdle(next);
  goToTarget();
}

/** WebKit has no requestIdleCallback. */
function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 1_000 });
  else setTimeout(work, 100);
}

async function mount(element: HTMLElement, page: PageData): Promise<void> {
  const { island = '', id = '' } = element.dataset;
  const fallback = [...element.childNodes];
  try {
    const content = await ISLANDS.get(island)?.(page, id, element.dataset);
    if (content === null || content === undefined) return;
    element.replaceChildren();
    render(content, element);
    // By then its size is known, and its canvas drawn.
    requestAnimationFrame(() => element.setAttribute('data-live', ''));
  } catch (error) {
    const note = document.createElement('p');
    note.className = 'bad';
    note.textContent = `The interactive part could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
    element.replaceChildren(note, ...fallback);
    console.error(error);
  }
}

/** The browser itself only knows addresses that are an anchor and nothing else. */
function goToTarget(): void {
  const { anchor, key } = hashStore.target;
  if (anchor === null && key === null) return;
  const fold = anchor === null ? foldOf(key ?? '') : null;
  const element = fold ?? (anchor === null ? islandOf(key ?? '') : document.getElementById(anchor));
  // Whether a fold is open its own key says.
  const opened = reveal(fold === null ? element : fold.parentElement);
  if (key !== null || opened) bringIntoView(element);
}

/** What a key of the page's state is about. */
function islandOf(key: string): Element | null {
  const islands = [...document.querySelectorAll<HTMLElement>('[data-island]')];
  const about = ({ dataset: { island, id } }: HTMLElement): boolean => key.startsWith(`${island}.${id}.`);
  return islands.find(about) ?? null;
}
