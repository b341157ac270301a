/** What holds starts back, besides a free slot; plain data, so that it crosses to a worker as it is. */
export type PaceData =
  | { readonly kind: 'schedule'; readonly shared: SharedArrayBuffer; readonly giveUpNs: number }
  | {
      readonly kind: 'limit';
      readonly shared: SharedArrayBuffer;
      readonly perSecond: number;
      /** Jobs of the plan come to the thread when they may start. */
      readonly rehearsalsOnly?: boolean;
    };

/** Time that rehearsals in this many slots take within a rate limit, ms; 0 without one. */
export function rehearsalMs(pace: PaceData | null, slots: number): number {
  return pace?.kind === 'limit' ? (slots / pace.perSecond) * 1_000 : 0;
}

/** In place of a position: there is one left, but it may not start yet. */
export const NOT_YET = -2;

/** Hands out positions no sooner than they may start. */
export interface Pace {
  /** A position; −1 when there is none left, NOT_YET when the next one is not due. */
  take(nowNs: number): number;
  /** After NOT_YET: until it is worth asking again, ns. */
  waitNs(nowNs: number): number;
}
