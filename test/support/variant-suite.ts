import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { OUTCOMES, type Outcome } from '../../src/core/outcomes.ts';
import { usesWorkers, VARIANT_FACTS, VARIANT_NAMES, type VariantName } from '../../src/core/variants.ts';
import type { JobTable } from '../../src/engine/measurement/job-table.ts';
import { fillOrder } from '../../src/workload/plan.ts';
import { skipWithoutQueue } from './queue-server.ts';
import { type BenchSettings, RunnerBench, type specFolder } from './runner-bench.ts';

/** The plan that every variant runs in the contract suite. */
export const JOBS = 24;
export const CONCURRENCY = 6;
export const WORKERS = 2;

/** The positions of a round in the order in which its trial takes them. */
export const orderOf = (round: number): readonly number[] => [...fillOrder(new Uint32Array(JOBS), 1, round)];

/** A thread of workerpool has one task at a time. */
function concurrencyOf(variant: VariantName): number {
  if (variant === 'worker-pool+workerpool') return WORKERS;
  return VARIANT_FACTS[variant].overlaps ? CONCURRENCY : 1;
}

export const expectedOf = (variant: VariantName) => ({
  threads: usesWorkers(variant) ? WORKERS : 1,
  concurrency: concurrencyOf(variant),
});
/** Whether a death of a thread is no death of the process. */
export const hasWorkers = usesWorkers;
export const runsJobsInWorkers = (variant: VariantName) => VARIANT_FACTS[variant].jobsOn === 'workers';
/** Jobs wait in a store, and not at the slots of this process. */
export const handsOutAtOnce = (variant: VariantName) => variant === 'distributed-queue';
export const outcomeAt = (rows: JobTable, position: number): Outcome => OUTCOMES[rows.outcome[position]!]!;

export const CALM = `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    requests: [{ name: 'calm', path: ({ position }) => '/job/' + position, repeat: ${JOBS} }],
    process: (response) => response.status,
  });`;

/** For workloads whose jobs do what control.json says at their position, and work a little otherwise. */
const CONTROLLED = `
  import { readFileSync } from 'node:fs';
  import { defineWorkload } from 'threadmill';
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const never = () => new Promise(() => {});
  const hoard: unknown[] = [];
  const deeds: Record<string, (signal: AbortSignal) => unknown> = {
    throw: () => { throw new RangeError('at once'); },
    reject: async () => { await pause(1); throw Object.assign(new Error('later'), { code: 'E_OWN' }); },
    null: () => { throw null; },
    timeout: async () => { await pause(1); throw new DOMException('own', 'TimeoutError'); },
    slow: () => pause(200),
    never,
    obedient: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    exit: () => process.exit(7),
    'timer-throws': () => { setTimeout(() => { throw new Error('from a timer'); }); return never(); },
    unhandled: () => { void Promise.reject(new Error('from a promise')); return never(); },
    memory: () => { for (;;) hoard.push(new Array(100_000).fill(Math.random())); },
    // Blocks its thread as an endless loop does, but takes no CPU from the others.
    block: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  };
  const perform = (position: number, signal: AbortSignal) => {
    const control = JSON.parse(readFileSync(new URL('./control.json', import.meta.url), 'utf8'));
    const deed = deeds[control[position]];
    return deed === undefined ? pause(2).then(() => ({ square: position ** 2 })) : deed(signal);
  };
`;

const WHOLE_JOBS = `
  export default defineWorkload({
    name: 'controlled',
    jobs: ${JOBS},
    run: (job, { signal }) => perform(job.position, signal),
  });`;

/** The same in the CPU part of the jobs, which hears of no signal. */
const CPU_PARTS = `
  export default defineWorkload({
    name: 'controlled',
    jobs: ${JOBS},
    run: (job) => job.position,
    compute: (position) => perform(position, new AbortController().signal),
  });`;

export type Control = Readonly<Record<number, string>>;

export async function controlled(
  t: Parameters<typeof specFolder>[0],
  variant: VariantName,
  control: Control,
  settings: Partial<BenchSettings> = {},
) {
  const bench = await RunnerBench.start(t, {
    variant,
    workload: CONTROLLED + (VARIANT_FACTS[variant].needsCpuPart ? CPU_PARTS : WHOLE_JOBS),
    items: JOBS,
    ...settings,
  });
  const set = (next: Control) => writeFile(join(bench.folder, 'control.json'), JSON.stringify(next));
  await set(control);
  return { bench, set };
}

/** All that differ in more than what keeps their threads: tracing, pacing and failures of jobs are no part of that. */
export const SHAPES = VARIANT_NAMES.filter((name) => !name.includes('+') && name !== 'raw-threads');

/** The first variant of each pool to which jobs are handed. */
export const POOLS = VARIANT_NAMES.filter((name, index, all) => {
  const isFirst = all.findIndex((each) => runsJobsInWorkers(each) && poolOf(each) === poolOf(name)) === index;
  return isFirst && runsJobsInWorkers(name);
});

function poolOf(variant: VariantName): string | null {
  return VARIANT_FACTS[variant].pool;
}

/** Variants that are tested at once. */
const SIDE_BY_SIDE = 4;

/**
 * Declares tests for these variants; some run side by side, the tests of one in turn. Two facts cannot hold for
 * distributed-queue: a job that is due is handed to the store and is never given up as unsent; and what is in flight
 * when its runner is killed is known to the workers alone, so its rows say that it has not started. Tests that depend on
 * either say what holds in its place (`handsOutAtOnce`).
 */
export function forEachVariant(
  title: string,
  variants: readonly VariantName[],
  ...suites: readonly ((variant: VariantName) => void)[]
): void {
  describe(title, { concurrency: SIDE_BY_SIDE }, () => {
    for (const variant of variants) {
      const skip = variant === 'distributed-queue' && skipWithoutQueue();
      describe(variant, { concurrency: 1, skip }, () => {
        for (const suite of suites) suite(variant);
      });
    }
  });
}
