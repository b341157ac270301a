import { hashStore } from './state/hash-store.ts';

const FOLD = 'fold.';
const TAB = 'tab.';

/**
 * Whether a `<details class="fold" id="…">` is open, and which one of those with the same name, is part of the page's
 * state where a reader chose it, and an anchor within what is closed opens it.
 */
export function keepFolds(): void {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>('details.fold[id]:not([name])'))
    keep(fold);
  for (const row of document.querySelectorAll<HTMLElement>('.tabs')) keepTabs(row);
  // Before the browser goes there; it opens what is around a target, and not the target itself.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest('a[href^="#"]') : null;
    const anchor = link?.getAttribute('href')?.slice(1) ?? '';
    if (anchor !== '') reveal(document.getElementById(anchor));
  });
  addEventListener('hashchange', () => {
    const { anchor } = hashStore.target;
    const element = anchor === null ? null : document.getElementById(anchor);
    if (reveal(element)) bringIntoView(element);
  });
}

/** The fold that a key of the page's state is about; null for any other key. */
export function foldOf(key: string): Element | null {
  if (key.startsWith(TAB)) return document.getElementById(hashStore.get(key) ?? '');
  return key.startsWith(FOLD) ? document.getElementById(key.slice(FOLD.length)) : null;
}

/** Opens it, if it folds up, and all that it is folded up in; whether anything was closed. */
export function reveal(element: Element | null): boolean {
  let closed = false;
  for (let fold = element?.closest('details'); fold != null; fold = fold.parentElement?.closest('details')) {
    closed ||= !fold.open;
    fold.open = true;
  }
  return closed;
}

/** A tab has no box; its heading has one. */
export function bringIntoView(element: Element | null): void {
  (element?.matches('.tabs > *') ? element.querySelector('summary') : element)?.scrollIntoView();
}

function keep(fold: HTMLDetailsElement): void {
  const key = `${FOLD}${fold.id}`;
  const usual = fold.open;
  const follow = (): void => {
    const chosen = hashStore.get(key);
    fold.open = chosen === null ? usual : chosen === 'open';
  };
  follow();
  hashStore.subscribe(key, follow);
  // Links, searching in the page and printing open folds as well: that nobody chose.
  let byHand = false;
  fold.querySelector('summary')?.addEventListener('click', () => {
    byHand = true;
  });
  fold.addEventListener('toggle', () => {
    if (byHand) hashStore.set(key, fold.open === usual ? null : fold.open ? 'open' : 'closed');
    byHand = false;
  });
}

/** The browser closes other tabs of a name, but does not keep one open. */
function keepTabs(row: HTMLElement): void {
  const folds = [...row.querySelectorAll<HTMLDetailsElement>(':scope > details')];
  const usual = folds.find(({ open }) => open);
  const key = `${TAB}${folds[0]?.name}`;
  const follow = (): void => {
    const chosen = folds.find(({ id }) => id === hashStore.get(key)) ?? usual;
    if (chosen !== undefined) chosen.open = true;
  };
  follow();
  hashStore.subscribe(key, follow);
  for (const fold of folds) {
    fold.querySelector('summary')?.addEventListener('click', (event) => {
      event.preventDefault();
      fold.open = true;
      hashStore.set(key, fold === usual ? null : fold.id);
    });
  }
}
