import { cleanText } from '../../../core/clean-text.ts';
import type { FlameData, FlameFrame, FrameCategory } from '../../../core/documents/flame.ts';
import { type FunctionTime, topFunctions } from '../../../profile/top-functions.ts';

export interface FunctionRow {
  readonly name: string;
  readonly place: string | null;
  readonly category: FrameCategory;
  readonly self: number;
  readonly totalUs: number;
}

const TOP_FUNCTIONS = 20;
const ROOT = '(root)';

/** Functions by self time, of one thread (its number) or of all; without idle, and without V8's root. */
export function functionRows(flame: FlameData, thread: number | null = null): FunctionRow[] {
  return topFunctions(flame, thread === null ? {} : { thread })
    .filter(isWork)
    .slice(0, TOP_FUNCTIONS)
    .map(({ frame, self, totalUs }) => ({
      name: frame.name,
      place: placeOf(frame),
      category: frame.category,
      self,
      totalUs,
    }));
}

/** Neither waiting nor V8's root. */
export function isWork({ frame, totalUs }: Pick<FunctionTime, 'frame' | 'totalUs'>): boolean {
  return totalUs > 0 && frame.category !== 'idle' && frame.name !== ROOT;
}

interface FunctionFigures<T> {
  readonly frame: FlameFrame;
  readonly figures: T;
}

/** A row for each function that is in any of the columns; null where it is not in one. */
export function sameFunctions<T>(
  columns: readonly (readonly FunctionFigures<T>[])[],
): FunctionFigures<readonly (T | null)[]>[] {
  const rows = new Map<string, FunctionFigures<(T | null)[]>>();
  columns.forEach((column, index) => {
    for (const { frame, figures } of column) {
      const key = [frame.name, frame.file, frame.line, frame.column, frame.category].join('\0');
      const row = rows.get(key) ?? { frame, figures: columns.map(() => null) };
      row.figures[index] = figures;
      rows.set(key, row);
    }
  });
  return [...rows.values()];
}

export function placeOf({ file, line }: Pick<FlameFrame, 'file' | 'line'>): string | null {
  if (file === null) return null;
  return line === null ? file : `${file}:${line}`;
}

/** `parseRow (src/csv.ts:41)`. */
export function placedName({ name, place }: Pick<FunctionRow, 'name' | 'place'>): string {
  return place === null ? name : `${name} (${place})`;
}

/** Function and file names are the user's, or those of whoever wrote the code that ran. */
export function cleanFlame(flame: FlameData): FlameData {
  return {
    variant: flame.variant,
    frames: flame.frames.map(cleanFrame),
    threads: flame.threads.map((thread) => ({ ...thread, label: cleanText(thread.label, 60) })),
  };
}

export function cleanFrame(frame: FlameFrame): FlameFrame {
  return {
    ...frame,
    name: cleanText(frame.name, 200),
    file: frame.file === null ? null : cleanText(frame.file, 300),
    package: frame.package === null ? null : cleanText(frame.package, 200),
  };
}

/** Share of all threads' sampled time that is idle; null if nothing was sampled. */
export function idleShareOf({ frames, threads }: FlameData): number | null {
  let idleUs = 0;
  let allUs = 0;
  for (const thread of threads) {
    thread.self.forEach((us, node) => {
      allUs += us;
      if (frames[thread.frame[node] ?? -1]?.category === 'idle') idleUs += us;
    });
  }
  return allUs > 0 ? idleUs / allUs : null;
}
