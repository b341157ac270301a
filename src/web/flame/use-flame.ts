import { useMemo } from 'preact/hooks';
import type { PageFlame } from '../../core/documents/flame.ts';
import { flameBoxStyle } from './describe.ts';
import { kindsOf, within } from './kinds.ts';
import { findMatches, parseQuery } from './search.ts';
import { buildTree } from './tree.ts';
import { measureOf, quantityOf } from './units.ts';
import type { FlameChoices } from './use-flame-choices.ts';

/** The drawn part of a flame, by the reader's choices. */
export function useFlame(page: PageFlame, choices: FlameChoices) {
  const { data: flame, jobs } = page;
  const { thread, direction, collapsed, showIdle, unit, search, kind } = choices;
  const threads = thread === 'levels' || thread === 'one' ? thread : Number(thread);
  const only = typeof threads === 'number' ? threads : null;
  const inverted = direction === 'bottom-up';

  const tree = useMemo(
    () => buildTree(flame, { threads, direction: inverted ? 'bottom-up' : 'top-down', showIdle, collapsed }),
    [flame, threads, inverted, showIdle, collapsed],
  );
  const kinds = useMemo(() => {
    const number = only === null ? null : (flame.threads[only]?.thread ?? null);
    return kindsOf(flame, number, showIdle);
  }, [flame, only, showIdle]);
  const picked = kinds.find(({ key }) => key === kind);
  const query = useMemo(() => within(picked, parseQuery(search)), [picked, search]);
  const matches = useMemo(() => findMatches(tree, query), [tree, query]);
  const quantity = quantityOf(page);
  const all = tree.total[0] ?? 0;
  const measure = measureOf(unit, all, jobs, quantity);
  return {
    ...{ tree, only, inverted, kinds, picked, query, matches, quantity, measure },
    /** Total of the graph, the basis of shares. */
    all,
    boxStyle: flameBoxStyle({ tree, measure, inverted }),
    /** Matches of a search, not of a picked kind. */
    found: search.trim() === '' ? null : matches,
  };
}
