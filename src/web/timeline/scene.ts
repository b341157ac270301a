import type { View } from './intervals.ts';
import type { TimelineModel } from './model.ts';
import type { Palette } from './palette.ts';
import type { Span } from './samples.ts';
import type { Tracks } from './tracks.ts';

/** Heights above the tracks, px: all of the time at a glance, and the axis of what is in view. */
export const OVERVIEW_PX = 22;
export const AXIS_PX = 22;
export const HEADER_PX = OVERVIEW_PX + AXIS_PX;

export interface Highlight {
  /** The chosen job, and when its thread was processing it. */
  readonly row: number | null;
  readonly spans: readonly Span[];
  /** 1 for each highlighted frame of the timeline; null: none is highlighted. */
  readonly frames: Uint8Array | null;
  /** 1 for each job that the chosen function served. */
  readonly served: Uint8Array | null;
}

/** What the pointer or the keyboard is at. */
export interface Pointed {
  readonly kind: 'job' | 'call';
  /** Index into the model's threads. */
  readonly thread: number;
  /** Lane or depth, and index in it. */
  readonly line: number;
  readonly index: number;
}

export interface Scene {
  readonly model: TimelineModel;
  readonly tracks: Tracks;
  readonly view: View;
  /** Of the canvas, and how far the tracks are scrolled. */
  readonly heightPx: number;
  readonly scrollTop: number;
  readonly highlight: Highlight;
  readonly pointed: Pointed | null;
}

/** A scene that is being drawn: onto what, in which colours, and what was left out so far. */
export interface Drawing extends Scene {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly pixelRatio: number;
  readonly drawn: Drawn;
}

/** What was left out of a picture, so that the page can say so. */
export interface Drawn {
  /** Jobs and calls that stand in a column together with others. */
  mergedJobs: number;
  mergedCalls: number;
  /** Jobs whose messages are drawn, and those in view that have messages. */
  messages: number;
  withMessages: number;
}
