import type { PackedFlame } from '../../profile/packed-flame/packed-flame.ts';
import type { PackedBytes } from '../../profile/timeline/codec/packed.ts';
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
  /** What can be saved from the page. */
  readonly downloads?: readonly PageDownload[];
  /** Files of other programs' formats that can be saved from it. `unpackBytes` reads them. */
  readonly files?: readonly PageSavedFile[];
}

/** A file of `threadmill export`, as the command writes it. Its id is its name. */
export interface PageSavedFile extends PackedBytes {
  readonly fileName: string;
}

export interface PageDownload {
  readonly id: string;
  /** On its button. */
  readonly label: string;
  readonly fileName: string;
  /** MIME type. */
  readonly type: string;
  /** Its text, or what is written as JSON. */
  readonly content: string | object;
}
