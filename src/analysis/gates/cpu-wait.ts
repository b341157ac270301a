import type { RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import { median } from '../../core/statistics/quantile.ts';
import type { VariantName } from '../../core/variants.ts';
import { comparable, trialCpuMs } from '../comparable.ts';

/** Share of a wall: where waiting may be more than this, there is no telling how long it would have been without. */
const MAX_SHARE = 0.9;

/** By how much waiting for a CPU may have lengthened a variant's trials, median of logarithms. Null: unknown. */
export function cpuWaitOf({ variants }: RunRecord, name: VariantName): number | null {
  const trials = variants.find((variant) => variant.name === name)?.trials.filter(comparable) ?? [];
  const shares = trials.map(waitShare);
  if (shares.includes(null)) return null;
  const typical = median(shares as number[]);
  return typical === null || typical > MAX_SHARE ? null : -Math.log(1 - typical);
}

/** The thread of jobs that waited longest counts; server and native threads wait in proportion to their CPU. */
function waitShare(trial: TrialRecord): number | null {
  const { threads, wallMs, server } = trial;
  const processMs = trialCpuMs(trial);
  const own = threads.flatMap(({ cpu }) => cpu ?? []);
  if (own.length === 0 || own.length < threads.length || processMs === null || !wallMs) return null;
  const [main, ...workers] = own.map(({ waitMs }) => waitMs);
  const cpuMs = own.reduce((sum, cpu) => sum + cpu.cpuMs, 0);
  const waitMs = own.reduce((sum, cpu) => sum + cpu.waitMs, 0);
  const others = Math.max(0, processMs - cpuMs) + (server?.cpuMs ?? 0);
  const waited = main! + Math.max(0, ...workers) + (cpuMs > 0 ? (waitMs / cpuMs) * others : 0);
  return Math.min(1, waited / wallMs);
}
