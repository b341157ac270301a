import { type ChangeWords, changesOf, noChangeText, runsText } from '../../analysis/history/wording.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { History, HistorySeries } from '../../core/documents/history.ts';
import { formatCount, formatPlural } from '../../core/format.ts';

/** What the page of a history shows. */
export interface HistoryView {
  readonly headline: string;
  readonly series: readonly SeriesView[];
}

export interface SeriesView {
  readonly workload: string;
  readonly facts: readonly string[];
  readonly runs: string;
  /** The newest first. */
  readonly changes: readonly ChangeWords[];
  /** Why there are no changes; null if there are. */
  readonly noChange: string | null;
  /** What charts and table draw; its text is not clean. */
  readonly figures: HistorySeries;
  /** Path of the report of each run; null without one. */
  readonly reports: readonly (string | null)[];
}

/** @param hrefOf path of a run's report from the page; null without a report */
export function historyView({ series }: History, hrefOf: (id: string) => string | null): HistoryView {
  const changes = series.flatMap(({ lines }) => lines.flatMap((line) => line.changes)).length;
  return {
    headline:
      series.length === 0
        ? 'No finished run yet'
        : `${changes === 0 ? 'No change' : formatPlural(changes, 'change')} in ${formatPlural(series.length, 'series', 'series')} of runs`,
    series: series.map((each) => ({
      workload: cleanText(each.workload, 120),
      facts: [
        formatPlural(each.jobs, 'job'),
        `concurrency ${formatCount(each.concurrency)}`,
        cleanText(each.machine),
      ],
      runs: runsText(each),
      changes: changesOf(each),
      noChange: noChangeText(each),
      figures: each,
      reports: each.runs.map(({ id }) => hrefOf(id)),
    })),
  };
}
