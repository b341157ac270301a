import type { FlameData, FlameFrame, FrameCategory } from '../../core/documents/flame.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { type CategoryTime, timeByCategory } from '../../profile/top-functions.ts';
import { LEGEND } from './colours.ts';
import type { Query } from './search.ts';

/** Where time went, by whose code it was: a category, or one of the packages that took most of the dependencies'. */
export interface Kind {
  readonly key: string;
  readonly label: string;
  readonly category: FrameCategory;
  readonly self: number;
  has(frame: FlameFrame): boolean;
}

/** Packages beyond these are one kind. */
const MAX_PACKAGES = 4;

/** Kinds with any time, in the legend's order, packages by their time; Σ self is all that was run. */
export function kindsOf(data: FlameData, thread: number | null, showIdle: boolean): Kind[] {
  const times = timeByCategory(data, thread === null ? {} : { thread }).filter(({ self }) => self > 0);
  return LEGEND.filter((category) => showIdle || category !== 'idle').flatMap((category) => {
    const own = times.filter((time) => time.category === category);
    if (category === 'dependency') return packageKinds(own);
    const self = sum(own);
    const has = (frame: FlameFrame): boolean => frame.category === category;
    return self > 0 ? [{ key: category, label: CATEGORY_NAMES[category], category, self, has }] : [];
  });
}

function packageKinds(times: readonly CategoryTime[]): Kind[] {
  const named = times.slice(0, times.length > MAX_PACKAGES + 1 ? MAX_PACKAGES : times.length);
  const names = new Set(named.map(({ package: name }) => name));
  const kinds = named.map(({ package: name, self }): Kind => {
    const label = name ?? CATEGORY_NAMES.dependency;
    const has = (frame: FlameFrame): boolean => frame.category === 'dependency' && frame.package === name;
    return { key: name ?? 'dependency', label, category: 'dependency', self, has };
  });
  const rest = times.slice(named.length);
  if (rest.length === 0) return kinds;
  const has = (frame: FlameFrame): boolean => frame.category === 'dependency' && !names.has(frame.package);
  return [
    ...kinds,
    {
      key: 'other-packages',
      label: `${rest.length} other packages`,
      category: 'dependency',
      self: sum(rest),
      has,
    },
  ];
}

function sum(times: readonly { readonly self: number }[]): number {
  return times.reduce((all, { self }) => all + self, 0);
}

/** What is searched for, within a kind if one is chosen. */
export function within(kind: Kind | undefined, query: Query): Query {
  if (kind === undefined || query.kind === 'invalid') return query;
  if (query.kind === 'none') return { kind: 'matcher', matches: kind.has };
  return { kind: 'matcher', matches: (frame) => kind.has(frame) && query.matches(frame) };
}
