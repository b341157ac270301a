import { nativeThreadsText } from '../../../../analysis/verdict/native-threads.ts';
import { ACCOUNT_PARTS } from '../../../../core/documents/breakdown.ts';
import type {
  Account,
  AccountPart,
  RunRecord,
  TraceRecord,
  VariantRecord,
} from '../../../../core/documents/run-record.ts';
import { threadLabel } from '../../../../core/documents/v8-profiles.ts';
import type { AccountBar, AccountShare } from './model.ts';

/** From the work that one can change to the time in which nothing happens: the order of the bars. */
const ORDER: readonly AccountPart[] = [
  'user-cpu',
  'client-cpu',
  'gc',
  'messaging',
  'queueing',
  'waiting',
  'idle',
];

/** Where the wall of every traced variant went. Shares add up to one for each bar and each thread. */
export function accountBars({ variants }: RunRecord): AccountBar[] {
  return variants.flatMap((variant) => (variant.trace === null ? [] : [barOf(variant, variant.trace)]));
}

function barOf(variant: VariantRecord, trace: TraceRecord): AccountBar {
  const { threads, phases, overhead, pairs, wallMs, nativeThreads } = trace;
  const all = Object.fromEntries(
    ACCOUNT_PARTS.map((part) => [part, threads.reduce((sum, { account }) => sum + account[part], 0)]),
  ) as Account;
  return {
    variant: variant.name,
    wallMs,
    threads: threads.length,
    totalMs: totalOf(all),
    shares: sharesOf(all),
    byThread: threads.map(({ thread, account }) => ({
      label: threadLabel(thread),
      totalMs: totalOf(account),
      shares: sharesOf(account),
    })),
    nativeThreads,
    elsewhere: elsewhereOf(variant.summary),
    overhead,
    pairs,
    phases: phases.filter(({ jobs }) => jobs > 0),
    limit: trace.limit,
  };
}

function elsewhereOf(summary: VariantRecord['summary']): AccountBar['elsewhere'] {
  const { nativeThreads: native = null, cpuMs: processMs = null } = summary ?? {};
  const text = nativeThreadsText(native, processMs);
  return native === null || processMs === null || text === null ? null : { native, processMs, text };
}

function totalOf(account: Account): number {
  return ACCOUNT_PARTS.reduce((sum, part) => sum + account[part], 0);
}

function sharesOf(account: Account): AccountShare[] {
  const total = totalOf(account);
  return ORDER.map((part) => ({
    part,
    ms: account[part],
    share: total > 0 ? account[part] / total : 0,
  }));
}
