import { type CategoryOptions, frameCategory } from './category.ts';
import { pathOfUrl } from './frame-path.ts';
import type { Profile } from './profile.ts';

/** Lines from first to last, both included, 1-based. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

interface SampledLine {
  readonly url: string;
  readonly line: number;
  /** First lines of the functions that it was sampled in. */
  readonly headers: Set<number>;
  count: number;
}

/** Lines on either side of one with samples, without which it says little. */
const AROUND = 3;
/** More lines than this nobody reads, and each takes space in the run folder. */
const MAX_LINES = 300;

/** In which lines of the user's own files several profiles have samples. */
export class SampledLines {
  readonly #lines = new Map<string, SampledLine>();

  add({ frames, nodes, ticks }: Profile, options: CategoryOptions): void {
    const own = frames.map((frame) => {
      return frameCategory(frame, options) === 'user' && pathOfUrl(frame.url) !== null;
    });
    ticks.node.forEach((node, tick) => {
      const frame = nodes.frame[node]!;
      const line = ticks.line[tick]!;
      if (!own[frame] || line < 1) return;
      const { url, lineNumber } = frames[frame]!;
      const key = `${line}\0${url}`;
      const sampled = this.#lines.get(key) ?? { url, line, headers: new Set(), count: 0 };
      sampled.count += ticks.count[tick]!;
      if (lineNumber >= 0) sampled.headers.add(lineNumber + 1);
      this.#lines.set(key, sampled);
    });
  }

  /** Per URL what is to be shown of it, in order: the lines with the most samples, and some around them. */
  ranges(): Map<string, LineRange[]> {
    const most = [...this.#lines.values()]
      .sort((a, b) => b.count - a.count || (a.url < b.url ? -1 : a.url > b.url ? 1 : a.line - b.line))
      .slice(0, MAX_LINES);
    const byUrl = new Map<string, LineRange[]>();
    for (const { url, line, headers } of most) {
      const ranges = byUrl.get(url) ?? [];
      ranges.push({ first: Math.max(1, line - AROUND), last: line + AROUND });
      for (const header of headers) ranges.push({ first: header, last: header + 1 });
      byUrl.set(url, ranges);
    }
    return new Map([...byUrl].map(([url, ranges]) => [url, joined(ranges)]));
  }
}

/** Without overlaps; a single line left out between two stretches is put in, as a gap would take its place. */
export function joined(ranges: readonly LineRange[]): LineRange[] {
  const result: LineRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before === undefined || range.first > before.last + 2) result.push(range);
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return result;
}
