import { comparedQuantity } from '../../analysis/comparable.ts';
import { metricCell } from '../../analysis/metric-units.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { ComparedQuantity } from '../../core/documents/spec.ts';
import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatPlural,
  formatTime,
  NONE,
} from '../../core/format.ts';
import { NAMES_NOTE, PARTIAL_NOTE, PHASE_NAMES, TAILS_NOTE } from '../../core/labels.ts';
import { extentText, failureTotals, itemsText, kindLabel, moreItemsText } from '../view/failure-wording.ts';
import { columnsOf } from '../view/metric-columns.ts';
import type { ReportView } from '../view/run/model.ts';
import { runView } from '../view/run.ts';
import { headlineText } from '../view/verdict.ts';
import { mdComparison, mdGates, mdParagraphs } from './comparison.ts';
import { mdCode, mdTable, mdText } from './markup.ts';

export function renderRunMarkdown(record: RunRecord): string {
  const view = runView(record, []);
  const { comparedWith, gates } = record;
  return mdParagraphs([
    `**${mdText(headlineText(view.verdict))}**`,
    view.banners.map(({ title, text }) => `> **${mdText(title)}.** ${mdText(text)}`).join('\n>\n'),
    summaryTable(view, comparedQuantity(record.spec)),
    failureList(view.failures),
    namesTable(view.names),
    view.warnings
      .filter(({ place }) => place !== 'failures')
      .map(
        ({ variant, message, code }) =>
          `- ${variant === null ? '' : `${variant}: `}${mdText(message)} (${mdCode(code)})`,
      )
      .join('\n'),
    ...(comparedWith === null ? [] : ['#### Compared with an earlier run', ...mdComparison(comparedWith)]),
    mdGates(gates),
    view.verdict.next.map(({ command, why }) => `${mdText(why)} ${mdCode(command)}`).join('\n'),
    footnote(view),
  ]);
}

function failureList(failures: ReportView['failures']): string {
  if (failures === null) return '';
  const { kinds, moreKinds, advice } = failures;
  return [
    `${mdText(failureTotals(failures))}.${advice === null ? '' : ` ${mdText(advice)}`}`,
    '',
    ...kinds.map((kind) => {
      const items = [
        ...kind.items.map((item) => mdCode(itemsText(item))),
        ...present(moreItemsText(kind)),
      ].join(', ');
      return `- ${mdText(kindLabel(kind))}: ${mdCode(kind.message)} in ${mdText(extentText(kind, failures))}: ${items}`;
    }),
    ...(moreKinds === 0 ? [] : [`- ${formatPlural(moreKinds, 'more kind')} of error`]),
  ].join('\n');
}

function namesTable(names: ReportView['names']): string {
  if (names === null) return '';
  const head = [
    'name',
    'variant',
    'jobs',
    'failed',
    'p50',
    'p90',
    ...names.phases.map((phase) => PHASE_NAMES[phase]),
  ];
  const rows = names.names.flatMap(({ name, rows }) =>
    rows.map(({ variant, jobs, failed, p50Ms, p90Ms, phasesMs }) => [
      mdCode(name),
      variant,
      formatCount(jobs),
      formatCount(failed),
      formatMs(p50Ms),
      formatMs(p90Ms),
      ...names.phases.map((phase) => formatMs(phasesMs?.[phase])),
    ]),
  );
  return `<details><summary>By name</summary>\n\n${mdTable(head, rows)}\n\n${mdText(NAMES_NOTE)}\n\n</details>`;
}

function present(text: string): string[] {
  return text === '' ? [] : [text];
}

function summaryTable({ rows }: ReportView, quantity: ComparedQuantity): string {
  const closed = quantity === 'wall';
  const measured = rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather');
  // On a schedule the service times alone would hide what users waited for.
  const times = columnsOf([closed ? 'latency' : 'response'], rows);
  const columns = [...times, ...columnsOf(['cost'], rows)].filter(({ brief }) => brief);
  const head = [
    'variant',
    closed ? 'time' : 'mean response',
    'quartiles',
    'speedup',
    measured ? '95% CI' : 'quartiles',
    ...columns.map(({ head, group }) => (group === 'response' ? `response ${head}` : head)),
  ];
  return mdTable(
    head,
    rows.map((row) => {
      const { variant, isBaseline, comparedMs, speedup, figures } = row;
      const hasRange = !isBaseline && (!measured || speedup?.method === 'hettmansperger-sheather');
      return [
        row.isPartial ? `${variant} \\*` : variant,
        formatMs(comparedMs?.estimate),
        formatMsRange(comparedMs?.low, comparedMs?.high),
        isBaseline ? 'baseline' : formatFactor(speedup?.estimate),
        hasRange ? formatFactorRange(speedup?.low, speedup?.high) : NONE,
        ...columns.map(({ name }) => metricCell(name, figures[name])),
      ];
    }),
  );
}

function footnote({ run, rows, baseline, compared }: ReportView): string {
  const { id, createdAt, workload, jobs, concurrency, rounds } = run;
  return `Run ${mdCode(id)} (${formatTime(createdAt)}): ${mdCode(workload)}, ${formatPlural(jobs, 'job')}, concurrency ${formatCount(concurrency)}, up to ${formatPlural(rounds, 'round')}; speedup vs ${baseline}. ${mdText(TAILS_NOTE[compared])}${rows.some(({ isPartial }) => isPartial) ? ` \\* ${mdText(PARTIAL_NOTE)}` : ''}`;
}
