import './style.css';
import { render } from 'preact';
import type { VariantView } from '../view-model.ts';
import { FlameGraph } from './flame/FlameGraph.tsx';

/** The page reads without this; what it adds is the flamegraphs, each where its table of functions stands. */
function start(): void {
  const data = document.getElementById('threadmill-data')?.textContent;
  if (data === null || data === undefined) return;
  const { variants } = JSON.parse(data) as { readonly variants: readonly VariantView[] };
  for (const mount of document.querySelectorAll<HTMLElement>('[data-flame]')) {
    const flame = variants.find(({ variant }) => variant === mount.dataset.flame)?.flame;
    if (flame === null || flame === undefined) continue;
    mount.replaceChildren();
    render(<FlameGraph flame={flame} />, mount);
  }
  document.addEventListener('keydown', focusNearestSearch);
}

/** `/` goes to the search of the flamegraph that is in view, from wherever the focus is. */
function focusNearestSearch(event: KeyboardEvent): void {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof HTMLInputElement) return;
  const middle = window.innerHeight / 2;
  const distance = (element: Element): number => {
    const { top, bottom } = element.getBoundingClientRect();
    return Math.abs((top + bottom) / 2 - middle);
  };
  const searches = [...document.querySelectorAll<HTMLInputElement>('.flame input[type=search]')];
  const [nearest] = searches.sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) return;
  event.preventDefault();
  nearest.focus();
}

start();
