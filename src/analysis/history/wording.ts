import type {
  HistoryChange,
  HistoryLine,
  HistoryRun,
  HistorySeries,
  LeftOut,
} from '../../core/documents/history.ts';
import { formatPlural, formatTime, listed } from '../../core/format.ts';
import { MIN_FOR_CHANGE } from '../../core/statistics/change-points.ts';
import { changeInterval, changeSize } from '../comparison/wording.ts';
import { DOUBTS } from '../verdict/confidence.ts';
import { SHORT_COMMIT } from './series.ts';

export const QUANTITY_NAMES: Readonly<Record<HistoryLine['quantity'], string>> = {
  wall: 'wall time',
  response: 'mean response time',
  cpu: 'CPU per job',
};

export const LEFT_OUT_NAMES: Readonly<Record<LeftOut, string>> = {
  failed: 'failed',
  stopped: 'stopped',
  busy: DOUBTS['machine-busy'],
  unsteady: 'A/A arm differs',
};

export interface ChangeWords {
  readonly line: HistoryLine;
  readonly change: HistoryChange;
  /** `CPU per job of event-loop +12.3%, 95% CI +9.8 to +14.9%`. */
  readonly what: string;
  /** `with 3f2a9c1b42 (2026-11-22 09:17 UTC)`, or between which two. */
  readonly where: string;
  /** What else changed there: `Node 22.11.0 → 24.1.0`. */
  readonly also: readonly string[];
}

export function changesOf(series: HistorySeries): ChangeWords[] {
  return series.lines
    .flatMap((line) => line.changes.map((change) => wordsOf(series, line, change)))
    .sort((a, b) => b.change.at - a.change.at);
}

function wordsOf(series: HistorySeries, line: HistoryLine, change: HistoryChange): ChangeWords {
  const { runs } = series;
  const { earliest, latest, ratio } = change;
  const [first, last] = [runs[earliest]!, runs[latest]!];
  return {
    line,
    change,
    what: `${QUANTITY_NAMES[line.quantity]} of ${line.variant} ${changeSize(ratio)}, ${changeInterval(ratio)}`,
    where:
      earliest === latest
        ? `with ${runText(first)} (${formatTime(first.createdAt)})`
        : `between ${runText(first)} (${formatTime(first.createdAt)}) and ${runText(last)} (${formatTime(last.createdAt)})`,
    also: runs
      .slice(earliest, latest + 1)
      .flatMap(({ differences }) => differences)
      .map(({ what, before, after }) => `${what} ${before} → ${after}`),
  };
}

/** `3f2a9c1b42`, `3f2a9c1b42 (modified)`, or the run. */
export function runText({ id, git }: Pick<HistoryRun, 'id' | 'git'>): string {
  if (git === null) return id;
  return `${git.commit.slice(0, SHORT_COMMIT)}${git.modified ? ' (modified)' : ''}`;
}

/** `32 runs from … to …; 3 of them left out: 2 busy machine, 1 failed`. */
export function runsText({ runs }: Pick<HistorySeries, 'runs'>): string {
  const out = runs.flatMap(({ leftOut }) => leftOut ?? []);
  const kinds = [...new Set(out)].map(
    (kind) => `${out.filter((each) => each === kind).length} ${LEFT_OUT_NAMES[kind]}`,
  );
  const [first, last] = [formatTime(runs[0]!.createdAt), formatTime(runs.at(-1)!.createdAt)];
  const span =
    runs.length === 1 ? `1 run, ${first}` : `${formatPlural(runs.length, 'run')} from ${first} to ${last}`;
  return out.length === 0 ? span : `${span}; ${out.length} left out (${listed(kinds)})`;
}

/** Why there is no change; null if there is one. */
export function noChangeText({ runs, lines }: HistorySeries): string | null {
  if (lines.some(({ changes }) => changes.length > 0)) return null;
  const counted = runs.filter(({ leftOut }) => leftOut === null).length;
  return counted < MIN_FOR_CHANGE
    ? `${formatPlural(counted, 'run')} to compare; finding a change takes at least ${MIN_FOR_CHANGE}.`
    : 'No change of 1% or more found.';
}
