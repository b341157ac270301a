import type { PackedFlame } from '../../profile/packed-flame/packed-flame.ts';
import type { PackedTimeline } from '../../profile/timeline/codec/packed-timeline.ts';

/**
 * What the page's script draws from, as JSON within the page. What reads without a script is no part of it. Each
 * island of the page names what it draws by an id: in a run's report that is the variant's name.
 */
export interface PageData {
  /** `packFlame` makes them, `unpackFlame` reads them. */
  readonly flames: readonly PackedFlame[];
  /** Of a run's report: at most one of each variant. `unpackTimeline` reads them. */
  readonly timelines?: readonly PackedTimeline[];
}
