import { nativeThreadsText } from '../../../analysis/verdict/native-threads.ts';
import { cleanText } from '../../../core/clean-text.ts';
import { BREAKDOWN_PARTS } from '../../../core/documents/breakdown.ts';
import type {
  Breakdown,
  BreakdownPart,
  RunRecord,
  TraceRecord,
  VariantRecord,
} from '../../../core/documents/run-record.ts';
import { threadLabels } from '../../../core/documents/v8-profiles.ts';
import type { BreakdownBar, BreakdownShare } from './charts.ts';

/** From the work that one can change to the time in which nothing happens: the order of the bars. */
const ORDER: readonly BreakdownPart[] = [
  'user-cpu',
  'client-cpu',
  'gc',
  'messaging',
  'cpuWait',
  'waiting',
  'idle',
];

/** Where the wall of every traced variant went. Shares add up to one for each bar and each thread. */
export function breakdownBars({ variants }: RunRecord): BreakdownBar[] {
  return variants.flatMap((variant) => (variant.trace === null ? [] : [barOf(variant, variant.trace)]));
}

function barOf(variant: VariantRecord, trace: TraceRecord): BreakdownBar {
  const { threads, phases, overhead, pairs, wallMs, nativeThreads } = trace;
  const labelOf = threadLabels(variant.trials.flatMap(({ queue }) => queue?.workers ?? []));
  const all = Object.fromEntries(
    BREAKDOWN_PARTS.map((part) => [part, threads.reduce((sum, { breakdown }) => sum + breakdown[part], 0)]),
  ) as Breakdown;
  return {
    variant: variant.name,
    wallMs,
    totalMs: totalOf(all),
    shares: sharesOf(all),
    byThread: threads.map(({ thread, breakdown }) => ({
      label: cleanText(labelOf(thread), 60),
      totalMs: totalOf(breakdown),
      shares: sharesOf(breakdown),
    })),
    nativeThreads,
    elsewhere: elsewhereOf(variant.summary),
    overhead,
    pairs,
    phases: phases.filter(({ jobs }) => jobs > 0),
    bottleneck: trace.bottleneck,
  };
}

function elsewhereOf(summary: VariantRecord['summary']): BreakdownBar['elsewhere'] {
  const { nativeThreads: native = null, cpuMs: processMs = null } = summary ?? {};
  const text = nativeThreadsText(native, processMs);
  return native === null || processMs === null || text === null ? null : { native, processMs, text };
}

function totalOf(breakdown: Breakdown): number {
  return BREAKDOWN_PARTS.reduce((sum, part) => sum + breakdown[part], 0);
}

function sharesOf(breakdown: Breakdown): BreakdownShare[] {
  const total = totalOf(breakdown);
  return ORDER.map((part) => ({
    part,
    ms: breakdown[part],
    share: total > 0 ? breakdown[part] / total : 0,
  }));
}
