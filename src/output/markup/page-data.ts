import type { PackedFlame } from '../../profile/packed-flame/packed-flame.ts';
import type { PackedTimeline } from '../../profile/timeline/codec/packed-timeline.ts';

/** Data of the page's script, as JSON; each island refers to its part by id. */
export interface PageData {
  /** `packFlame` makes them, `unpackFlame` reads them. */
  readonly flames: readonly PackedFlame[];
  /** Of a run's report: at most one of each variant. `unpackTimeline` reads them. */
  readonly timelines?: readonly PackedTimeline[];
}
