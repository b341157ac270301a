import '../output/styles/all.css';
import type { PageData } from '../output/markup/page-data.ts';
import { closeContentsAfterUse, markCurrentSection } from './contents.ts';
import { keepFolds } from './folds.ts';
import { mountIslands } from './mount-islands.ts';

/** The page reads without this; what it adds takes the place of what stands in its islands. */
function start(): void {
  closeContentsAfterUse();
  markCurrentSection();
  keepFolds();
  const data = document.getElementById('threadmill-data')?.textContent;
  if (data === null || data === undefined) return;
  mountIslands(JSON.parse(data) as PageData);
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
  const searches = [...document.querySelectorAll<HTMLInputElement>('[data-island] input[type=search]')];
  const [nearest] = searches.sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) return;
  event.preventDefault();
  nearest.focus();
}

start();
