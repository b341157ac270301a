import { allowedCpus, availableCpusText } from '../../core/available-cpus.ts';
import type { Environment, RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import { formatCount } from '../../core/format.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { comparable } from '../comparable.ts';
import { BUSY_SHARE } from '../gates/machine-load.ts';
import { type Check, findingsOf, percent, together } from './finding.ts';

/** The kernel counts in these; a trial's own reading is off by about one. */
const TICK_MS = 10;

/** CPU that neither runner nor server took, ms. Counted in ticks, so only sums over trials mean anything. Null: unknown. */
export function othersCpuMs(
  { machine, cpuUserMs, cpuSystemMs, server }: TrialRecord,
  embedded: boolean,
): number | null {
  if (machine === null || cpuUserMs === null || cpuSystemMs === null) return null;
  if (embedded && server === null) return null;
  return machine.busyMs - cpuUserMs - cpuSystemMs - (server?.cpuMs ?? 0);
}

/** The trial with `machine.othersMs`: what other programs took, never negative. */
export function withOthersCpu(trial: TrialRecord, embedded: boolean): TrialRecord {
  const others = othersCpuMs(trial, embedded);
  if (trial.machine === null || others === null) return trial;
  return { ...trial, machine: { ...trial.machine, othersMs: Math.max(0, others) } };
}

/** At least this share of the run's CPUs others had. Null: unknown, as beside an external server on this machine. */
export function othersShare(record: RunRecord): number | null {
  const { server } = record;
  return server.kind === 'external' && isLoopback(server.url) ? null : unaccountedShare(record);
}

/** Share of those CPUs that the run could not have had: other programs, a server of one's own, the hypervisor. */
export function takenShare(record: RunRecord): number {
  return (unaccountedShare(record) ?? 0) + (stealShare(record) ?? 0);
}

function unaccountedShare({ variants, server, environment }: RunRecord): number | null {
  let othersMs = 0;
  let machineMs = 0;
  let trials = 0;
  for (const trial of variants.flatMap((variant) => variant.trials.filter(comparable))) {
    const others = othersCpuMs(trial, server.kind === 'embedded');
    if (others === null) continue;
    othersMs += others;
    machineMs += trial.wallMs! * allowedCpus(environment);
    trials++;
  }
  if (machineMs === 0) return null;
  // Errors of single readings have either sign and add up like a random walk, so the difference can be negative.
  return Math.max(0, Math.min(1, (othersMs - 2 * TICK_MS * Math.sqrt(trials)) / machineMs));
}

export function stealShare({ variants, environment }: RunRecord): number | null {
  let stealMs = 0;
  let machineMs = 0;
  for (const { machine, wallMs } of variants.flatMap((variant) => variant.trials.filter(comparable))) {
    if (machine === null) continue;
    stealMs += machine.stealMs;
    machineMs += wallMs! * allowedCpus(environment);
  }
  return machineMs === 0 ? null : stealMs / machineMs;
}

function isLoopback(url: string | null): boolean {
  if (url === null || !URL.canParse(url)) return false;
  return /^(?:localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}

/** What the hypervisor takes is gone for all: little of it shows in the walls already. */
const STEAL_SHARE = 0.02;

export const machineNoisy: Check = (record) => {
  const others = othersShare(record);
  const steal = stealShare(record);
  const found = [
    ...(others !== null && others > BUSY_SHARE ? [`other programs used ${percent(others)}`] : []),
    ...(steal !== null && steal > STEAL_SHARE ? [`the hypervisor took ${percent(steal)}`] : []),
  ];
  if (found.length === 0) return [];
  return [
    {
      code: 'machine-noisy',
      message: `${found.join(' and ')} of ${whichCpus(record.environment)} during the timed trials`,
    },
  ];
};

/** Just before the run. No news where the trials themselves were disturbed. */
export const machineBusy: Check = (record) => {
  const { backgroundLoad } = record.environment;
  if (backgroundLoad <= BUSY_SHARE || machineNoisy(record).length > 0) return [];
  return [
    {
      code: 'machine-busy',
      message: `other programs used ${percent(backgroundLoad)} of ${whichCpus(record.environment)} when the run began`,
    },
  ];
};

export const moreThreadsThanCpus: Check = ({ variants, environment }) => {
  const threads = Math.max(...variants.map((variant) => variant.threads));
  // A second thread gains something from half a CPU.
  if (threads <= Math.ceil(environment.availableCpus)) return [];
  return [
    {
      code: 'more-threads-than-cpus',
      message: `${threads} worker threads share ${availableCpusText(environment)}`,
    },
  ];
};

export const cpuThrottled: Check = ({ variants, environment }) => {
  const findings = findingsOf(variants, ({ trials }) => {
    const timed = trials.filter(comparable).flatMap(({ throttling }) => throttling ?? []);
    const hit = timed.filter(({ ms }) => ms > 0);
    if (hit.length === 0) return null;
    const ms = sumOf(hit, (each) => each.ms);
    return `${formatCount(Math.max(1, ms))} ms in ${hit.length} of ${timed.length} timed trials`;
  });
  const { cpuQuota } = environment;
  const limit = cpuQuota === null ? '' : ` of ${Number(cpuQuota.cpus.toFixed(2))} CPUs`;
  return together(findings, {
    code: 'cpu-throttled',
    message: (found) => `the cgroup limit${limit} throttled the run for ${found}`,
  });
};

function whichCpus(environment: Environment): string {
  const allowed = allowedCpus(environment);
  if (allowed === environment.cpus) return 'the machine’s CPU';
  return allowed === 1 ? 'the one CPU this run may use' : `the ${allowed} CPUs this run may use`;
}
