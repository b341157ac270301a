import { type ComponentChild, type ComponentType, h } from 'preact';
import type { PageFlame } from '../core/documents/flame.ts';
import type { Timeline } from '../core/documents/timeline.ts';
import type { PageData } from '../output/markup/page-data.ts';
import type { PackedFlame } from '../profile/packed-flame/packed-flame.ts';
import { unpackFlame } from '../profile/packed-flame/unpack-flame.ts';
import { unpackTimeline } from '../profile/timeline/codec/unpack-timeline.ts';
import { CopyText } from './CopyText.tsx';
import { DiffFlame } from './diff/DiffFlame.tsx';
import { SideBySide } from './diff/SideBySide.tsx';
import type { Comparable } from './diff/use-sides.tsx';
import { type DrawableFlame, FlameGraph } from './flame/FlameGraph.tsx';
import { TimelineView } from './timeline/TimelineView.tsx';

/**
 * Creates the content of `<div data-island="name" data-id="id">`; null without data on the page: the element then keeps
 * its content.
 * @param options the element's `data-` attributes.
 */
type Island = (page: PageData, id: string, options: DOMStringMap) => Promise<ComponentChild>;

/** The parts of a page that need the script, by the name in `data-island`. */
export const ISLANDS: ReadonlyMap<string, Island> = new Map([
  ['flame', island(flameOf, FlameGraph)],
  ['timeline', island(timelineOf, TimelineView)],
  ['diff', island(comparable, DiffFlame)],
  ['pair', island(comparable, SideBySide)],
  ['copy', island((_, __, { text }) => text, CopyText)],
]);

/** Several islands may draw the same. */
const unpacked = new WeakMap<PackedFlame, Promise<PageFlame>>();

function unpackedOnce(flame: PackedFlame): Promise<PageFlame> {
  const known = unpacked.get(flame) ?? unpackFlame(flame);
  unpacked.set(flame, known);
  return known;
}

async function flameOf(page: PageData, id: string): Promise<DrawableFlame | undefined> {
  const packed = page.flames.find((flame) => flame.id === id);
  const timed = page.timelines?.find(({ variant, kind }) => variant === id && kind === 'profiled');
  return (
    packed && { flame: await unpackedOnce(packed), timeline: timed ? () => unpackTimeline(timed) : null }
  );
}

async function timelineOf({ timelines = [] }: PageData, id: string): Promise<Timeline | undefined> {
  const packed = timelines.find(({ variant }) => variant === id);
  return packed && unpackTimeline(packed);
}

/** `data-a` and `data-b` say which two are compared at first; of what measures the same as they. */
async function comparable(
  { flames }: PageData,
  _: string,
  { a, b }: DOMStringMap,
): Promise<Comparable | undefined> {
  const [one, other] = [a, b].map((id) => flames.find((flame) => flame.id === id));
  if (one === undefined || other === undefined || one.measures !== other.measures) return undefined;
  const alike = flames.filter(({ measures }) => measures === one.measures);
  return { flames: await Promise.all(alike.map(unpackedOnce)), a: one.id, b: other.id };
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
