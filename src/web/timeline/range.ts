import type { Codec } from '../state/codecs.ts';

/** The part of the axis in view, µs. */
export interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Times come in steps of a tenth of a microsecond: nothing is to be seen in less than this. */
const SHORTEST_US = 5;

export function whole(wallUs: number): Range {
  return { fromUs: 0, toUs: Math.max(wallUs, SHORTEST_US) };
}

export function isWhole({ fromUs, toUs }: Range, wallUs: number): boolean {
  return fromUs <= 0 && toUs >= wallUs;
}

/** Within the axis, in order, and not too short; its middle is kept where it can be. */
export function clampRange({ fromUs, toUs }: Range, wallUs: number): Range {
  const all = whole(wallUs).toUs;
  const span = Math.min(all, Math.max(SHORTEST_US, toUs - fromUs));
  const middle = (fromUs + toUs) / 2;
  const from = Math.min(Math.max(0, middle - span / 2), all - span);
  return { fromUs: from, toUs: from + span };
}

/** A factor of 2 shows half as much time; what is at `atUs` stays in its place. */
export function zoomAt({ fromUs, toUs }: Range, atUs: number, factor: number, wallUs: number): Range {
  const all = whole(wallUs).toUs;
  const span = Math.min(all, Math.max(SHORTEST_US, (toUs - fromUs) / factor));
  const share = (atUs - fromUs) / (toUs - fromUs);
  const from = Math.min(Math.max(0, atUs - share * span), all - span);
  return { fromUs: from, toUs: from + span };
}

export function panBy({ fromUs, toUs }: Range, byUs: number, wallUs: number): Range {
  const span = toUs - fromUs;
  const from = Math.min(Math.max(0, fromUs + byUs), Math.max(0, whole(wallUs).toUs - span));
  return { fromUs: from, toUs: from + span };
}

/** Zooms with two fingers: the point under each finger stays there. x in pixels of the view. */
export function pinch(
  range: Range,
  before: readonly [number, number],
  after: readonly [number, number],
  widthPx: number,
  wallUs: number,
): Range {
  const usPerPx = (range.toUs - range.fromUs) / widthPx;
  const distance = Math.max(1, Math.abs(before[1] - before[0]));
  const scale = Math.max(1, Math.abs(after[1] - after[0])) / distance;
  const touchedUs = range.fromUs + ((before[0] + before[1]) / 2) * usPerPx;
  const zoomed = zoomAt(range, touchedUs, scale, wallUs);
  const movedPx = (after[0] + after[1]) / 2 - (before[0] + before[1]) / 2;
  return panBy(zoomed, (-movedPx * (zoomed.toUs - zoomed.fromUs)) / widthPx, wallUs);
}

/** A stretch with some room around it, so that its ends can be seen. */
export function around(fromUs: number, toUs: number, wallUs: number): Range {
  const room = Math.max((toUs - fromUs) * 0.3, SHORTEST_US);
  return clampRange({ fromUs: fromUs - room, toUs: toUs + room }, wallUs);
}

/** Moved as little as needed for the stretch to be in view; wider only if it has to be. */
export function reveal(range: Range, fromUs: number, toUs: number, wallUs: number): Range {
  const span = range.toUs - range.fromUs;
  if (toUs - fromUs > span) return around(fromUs, toUs, wallUs);
  const margin = Math.min(span * 0.1, (span - (toUs - fromUs)) / 2);
  if (fromUs < range.fromUs) return panBy(range, fromUs - margin - range.fromUs, wallUs);
  if (toUs > range.toUs) return panBy(range, toUs + margin - range.toUs, wallUs);
  return range;
}

/** As it stands in the address: both ends in µs, or nothing for the whole. */
export function rangeCodec(wallUs: number): Codec<Range> {
  return {
    encode: (range) =>
      isWhole(range, wallUs) ? '' : `${Number(range.fromUs.toFixed(2))},${Number(range.toUs.toFixed(2))}`,
    decode: (text) => {
      const match = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
      const [from, to] = [Number(match?.[1]), Number(match?.[2])];
      if (!(to > from) || from >= wallUs) return null;
      return clampRange({ fromUs: from, toUs: Math.min(to, whole(wallUs).toUs) }, wallUs);
    },
  };
}
