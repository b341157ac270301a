import { cleanText } from '../../../core/clean-text.ts';
import type { SourceExcerpts } from '../../../core/documents/source-excerpts.ts';
import { joined, type LineRange } from '../../../profile/sampled-lines.ts';
import { isSure } from './hot-time.ts';

export interface HotFile {
  readonly file: string;
  /** All lines of it, also those that are not shown, µs for one job; one for each of the view's variants. */
  readonly perJobUs: readonly (number | null)[];
  /** In order, with gaps. */
  readonly lines: readonly HotLine[];
}

export interface HotLine {
  readonly line: number;
  /** Null if the source was not saved. */
  readonly text: string | null;
  /** Self time, µs for one job; null where no sample was taken. */
  readonly perJobUs: readonly (number | null)[];
  /** As for functions. */
  readonly isSure: readonly boolean[];
  /** 0 for none to `HOTTEST`. */
  readonly heat: number;
}

export interface TimedLine {
  readonly file: string;
  readonly line: number;
  /** µs. */
  readonly perJobUs: number;
  /** Sum of the squares of the samples' times, µs² on the same scale. */
  readonly squares: number;
  /** First line of the function. */
  readonly header: number | null;
}

/** Strengths of the colour from the least `HotLine.heat` to the most, per cent. */
export const HEATS = [6, 10, 15, 21, 27, 33, 39, 45] as const;
export const HOTTEST = HEATS.length;
const MAX_FILES = 5;
const MAX_LINES = 30;
/** Of the hottest line: a cooler one is shown only where it stands beside a hot one. */
const MIN_SHARE = 0.02;
const AROUND = 2;

/** The lines with the most time, file by file. @param variants per variant its lines, one per function */
export function hotFiles(
  variants: readonly (readonly TimedLine[])[],
  sources: readonly SourceExcerpts[],
): HotFile[] {
  const files = new Map<string, FileTimes>();
  variants.forEach((lines, column) => {
    for (const line of lines) {
      const times = files.get(line.file) ?? new FileTimes(variants.length);
      files.set(line.file, times.add(column, line));
    }
  });
  const hottest = Math.max(0, ...[...files.values()].map((times) => times.hottest()));
  return [...files]
    .sort(([a, one], [b, other]) => Math.max(...other.all) - Math.max(...one.all) || (a < b ? -1 : 1))
    .slice(0, MAX_FILES)
    .filter(([, times]) => times.hottest() >= MIN_SHARE * hottest)
    .map(([file, times]) => ({
      file,
      perJobUs: times.all.map((us) => (us === 0 ? null : us)),
      lines: linesOf(times, hottest, textsOf(file, sources)),
    }));
}

interface LineSum {
  readonly us: number[];
  readonly squares: number[];
  readonly headers: Set<number>;
}

class FileTimes {
  readonly all: number[];
  readonly #none: number[];
  readonly #lines = new Map<number, LineSum>();

  constructor(variants: number) {
    this.all = new Array<number>(variants).fill(0);
    this.#none = [...this.all];
  }

  add(column: number, { line, perJobUs, squares, header }: TimedLine): this {
    const sum = this.#lines.get(line) ?? {
      us: [...this.#none],
      squares: [...this.#none],
      headers: new Set(),
    };
    sum.us[column]! += perJobUs;
    sum.squares[column]! += squares;
    this.all[column]! += perJobUs;
    if (header !== null) sum.headers.add(header);
    this.#lines.set(line, sum);
    return this;
  }

  at(line: number): Omit<LineSum, 'headers'> {
    return this.#lines.get(line) ?? { us: this.#none, squares: this.#none };
  }

  hottest(): number {
    let hottest = 0;
    for (const { us } of this.#lines.values()) hottest = Math.max(hottest, ...us);
    return hottest;
  }

  /** The hot lines, with some around them and the heads of their functions. */
  ranges(least: number): LineRange[] {
    const hot = [...this.#lines]
      .map(([line, { us, headers }]) => ({ line, headers, most: Math.max(...us) }))
      .filter(({ most }) => most >= least)
      .sort((a, b) => b.most - a.most || a.line - b.line)
      .slice(0, MAX_LINES);
    return joined(
      hot.flatMap(({ line, headers }) => [
        { first: Math.max(1, line - AROUND), last: line + AROUND },
        ...[...headers].map((header) => ({ first: header, last: header })),
      ]),
    );
  }
}

function linesOf(times: FileTimes, hottest: number, texts: ReadonlyMap<number, string>): HotLine[] {
  const lines: HotLine[] = [];
  for (const { first, last } of times.ranges(MIN_SHARE * hottest)) {
    for (let line = first; line <= last; line++) {
      const { us, squares } = times.at(line);
      const text = texts.get(line) ?? null;
      // Beyond the end of the file, or of what was saved.
      if (text === null && us.every((each) => each === 0)) continue;
      const perJobUs = us.map((each) => (each === 0 ? null : each));
      const sure = us.map((each, column) => isSure(each, squares[column]!));
      lines.push({
        line,
        text,
        perJobUs,
        isSure: sure,
        heat: Math.ceil((HOTTEST * Math.max(...us)) / hottest),
      });
    }
  }
  return lines;
}

/** Every variant saves what it had samples in: the same lines for the most part. */
function textsOf(file: string, sources: readonly SourceExcerpts[]): Map<number, string> {
  const texts = new Map<number, string>();
  for (const { files } of sources) {
    for (const { parts } of files.filter((each) => cleanText(each.file, 300) === file)) {
      for (const { first, lines } of parts) {
        for (const [i, text] of lines.entries()) texts.set(first + i, cleanLine(text));
      }
    }
  }
  return texts;
}

/** Indentation is kept, tabs as two spaces; the rest is text from outside like any other. */
function cleanLine(text: string): string {
  const [indent = ''] = /^[ \t]*/.exec(text) ?? [];
  return indent.replaceAll('\t', '  ') + cleanText(text.slice(indent.length));
}
