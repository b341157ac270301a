import { type ComparedQuantity, comparedQuantity } from '../../types/comparable-blocks.ts';
import type { RunRecord } from '../../types/run-record.ts';
import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatTime,
  NONE,
} from '../format.ts';
import { buildReportView, type ReportView } from '../view-model.ts';
import { mdComparison, mdParagraphs } from './comparison.ts';
import { mdGates } from './gates.ts';
import { mdCode, mdTable, mdText } from './markup.ts';

/** What a run found, for a comment on a pull request: in short; the report has the rest. */
export function renderRunMarkdown(record: RunRecord): string {
  const view = buildReportView(record, []);
  const { comparedWith, gates } = record;
  return mdParagraphs([
    `**${mdText(view.verdict.text)}**`,
    view.banners.map(({ title, text }) => `> **${mdText(title)}.** ${mdText(text)}`).join('\n>\n'),
    summaryTable(view, comparedQuantity(record.spec)),
    view.warnings
      .map(
        ({ variant, message, code }) =>
          `- ${variant === null ? '' : `${variant}: `}${mdText(message)} (${mdCode(code)})`,
      )
      .join('\n'),
    ...(comparedWith === null ? [] : ['#### Compared with an earlier run', ...mdComparison(comparedWith)]),
    mdGates(gates),
    footnote(view),
  ]);
}

function summaryTable({ rows }: ReportView, quantity: ComparedQuantity): string {
  const measured = rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather');
  const head = [
    'variant',
    quantity,
    'quartiles',
    'speedup',
    measured ? '95% interval' : 'quartiles',
    'p50',
    'p99',
    'failed',
  ];
  return mdTable(
    head,
    rows.map(({ variant, isBaseline, comparedMs, speedup, latencyMs, failedJobs, startedBlocks }) => [
      variant,
      formatMs(comparedMs?.estimate),
      formatMsRange(comparedMs?.low, comparedMs?.high),
      isBaseline ? 'baseline' : formatFactor(speedup?.estimate),
      isBaseline ? NONE : formatFactorRange(speedup?.low, speedup?.high),
      formatMs(latencyMs.p50),
      formatMs(latencyMs.p99),
      startedBlocks === 0 ? NONE : formatCount(failedJobs),
    ]),
  );
}

function footnote({ run, baseline }: ReportView): string {
  const { id, createdAt, workload, jobs, concurrency, rounds } = run;
  return `Run ${mdCode(id)} (${formatTime(createdAt)}): ${mdCode(workload)}, ${formatCount(jobs)} jobs, ${formatCount(concurrency)} in flight, up to ${formatCount(rounds)} rounds; speedup against ${baseline}.`;
}
