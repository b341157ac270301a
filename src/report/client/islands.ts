import { type ComponentChild, type ComponentType, h } from 'preact';
import { unpackTimeline } from '../../timeline/codec/unpack-timeline.ts';
import type { Timeline } from '../../types/timeline.ts';
import type { PageData } from '../page-data.ts';
import { type Comparable, CompareFlames } from './diff/CompareFlames.tsx';
import { FlameGraph } from './flame/FlameGraph.tsx';
import { TimelineView } from './timeline/TimelineView.tsx';

/**
 * Makes what takes the place of `<div data-island="name" data-id="id">`; null where the page has no data for it:
 * what stands there then stays.
 *
 * @param options the element's `data-` attributes.
 */
export type Island = (page: PageData, id: string, options: DOMStringMap) => Promise<ComponentChild>;

/** The parts of a page that need the script, by the name in `data-island`. */
export const ISLANDS: ReadonlyMap<string, Island> = new Map([
  ['flame', island(({ flames }, id) => flames.find((flame) => flame.id === id), FlameGraph)],
  ['timeline', island(unpacked, TimelineView)],
  ['diff', island(({ flames }, _, options) => comparable(flames, options), CompareFlames)],
]);

async function unpacked({ timelines = [] }: PageData, id: string): Promise<Timeline | undefined> {
  const packed = timelines.find(({ variant }) => variant === id);
  return packed && unpackTimeline(packed);
}

/** `data-a` and `data-b` say which two are compared at first. */
function comparable(flames: PageData['flames'], { a, b }: DOMStringMap): Comparable | undefined {
  const has = (id: string | undefined): boolean => flames.some((flame) => flame.id === id);
  return a !== undefined && b !== undefined && has(a) && has(b) ? { flames, a, b } : undefined;
}

/** @param find what the component shows; it may have to be unpacked first. */
function island<Data>(
  find: (page: PageData, id: string, options: DOMStringMap) => Data | undefined | Promise<Data | undefined>,
  component: ComponentType<{ readonly id: string; readonly data: Data }>,
): Island {
  return async (page, id, options) => {
    const data = await find(page, id, options);
    return data === undefined ? null : h(component, { id, data });
  };
}
