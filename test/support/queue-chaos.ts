import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { QueueSpan } from '../../src/core/documents/trial-record.ts';
import type { Random } from '../../src/core/statistics/random.ts';
import { NS_PER_MS } from '../../src/core/units.ts';
import { CliRun } from './cli.ts';
import { childrenOf } from './processes.ts';
import { Partition, QueueServer } from './queue-server.ts';
import { outcomesOf, RunnerBench } from './runner-bench.ts';

type Context = Pick<TestContext, 'after'>;

export const QUEUE_JOBS = 60;
const JOB_MS = 50;
const MANY_JOBS = 500;
const MANY_IN_FLIGHT = 64;
const PARTITION_MS = 5_000;
/** A slow worker runs for so long of each 50 ms. */
const SLOW_RUNS_MS = 5;
const SLOW_STOPS_MS = 45;
const OTHER_MACHINE = fileURLToPath(new URL('../fixtures/processes/other-machine.cjs', import.meta.url));

/** A job pauses for so many ms, then burns CPU. */
export const worksFor = (pauseMs: number, cpuMs = 0) => `
  import { defineWorkload } from 'threadmill';
  export default defineWorkload({
    name: 'own',
    jobs: ${QUEUE_JOBS},
    run: async ({ position }) => {
      await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
      const until = performance.now() + ${cpuMs};
      while (performance.now() < until);
      return { square: position ** 2 };
    },
  });`;

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(10);
}

/** Jobs whose rows have arrived. */
export const arrived = (bench: RunnerBench) =>
  bench.journalled().filter(({ outcome }) => outcome !== 'not-started').length;

const digests = new Map<number, Uint32Array>();

/** Each job has exactly one row, with the digest that it has in event-loop. */
export async function checkRows(t: Context, bench: RunnerBench): Promise<void> {
  if (!digests.has(bench.jobs)) {
    const baseline = await RunnerBench.start(t, {
      ...{ variant: 'event-loop', workload: worksFor(0), items: bench.jobs },
    });
    await baseline.trial();
    digests.set(bench.jobs, baseline.rows().digest);
  }
  const rows = bench.rows();
  assert.deepEqual(rows.countOutcomes(), outcomesOf({ ok: bench.jobs }));
  assert.deepEqual(rows.digest, digests.get(bench.jobs));
  for (let row = 0; row < rows.rows; row++) assert.ok(rows.end[row]! > rows.start[row]!);
}

const workersOf = (bench: RunnerBench) =>
  childrenOf(bench.runner.pid!).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('queue-worker'),
  );

interface Scene {
  readonly bench: RunnerBench;
  readonly server: QueueServer;
  readonly partition: Partition;
  readonly random: Random;
}

/** What happens to a trial that is under way. */
const DEEDS = {
  'a worker is killed': async ({ bench, random }) => {
    const workers = workersOf(bench);
    process.kill(workers[Math.floor(random() * workers.length)]!, 'SIGKILL');
  },
  'all workers are killed': async ({ bench }) => {
    for (const pid of workersOf(bench)) process.kill(pid, 'SIGKILL');
  },
  'the server is killed and started anew, with what it had written': ({ server }) => server.restart(),
  'the server cannot be reached for 5 s': async ({ partition }) => {
    partition.close();
    await pause(PARTITION_MS);
    partition.open();
  },
  'a worker is slow': async ({ bench, random }) => {
    const workers = workersOf(bench);
    const slow = workers[Math.floor(random() * workers.length)]!;
    while (arrived(bench) < bench.jobs) {
      process.kill(slow, 'SIGSTOP');
      await pause(SLOW_STOPS_MS);
      process.kill(slow, 'SIGCONT');
      await pause(SLOW_RUNS_MS);
    }
  },
  'a worker stands still for longer than its locks last': async ({ bench }) => {
    const [frozen] = workersOf(bench);
    process.kill(frozen!, 'SIGSTOP');
    await until(() => arrived(bench) === bench.jobs);
    process.kill(frozen!, 'SIGCONT');
  },
  'all clocks of a worker are an hour ahead': async () => {},
} satisfies Readonly<Record<string, (scene: Scene) => Promise<void>>>;

export type ChaosKind = keyof typeof DEEDS;
export const CHAOS_KINDS = Object.keys(DEEDS) as ChaosKind[];

/**
 * One trial with a fault at a random moment, and one after it, of which it must not be seen that there was a fault.
 * Rejects if a job has not exactly one row, or something is left in the store.
 * @param jobs more than a few hundred do not wait, and many are in flight
 */
export async function chaosTrial(
  t: Context,
  kind: ChaosKind,
  random: Random,
  jobs = QUEUE_JOBS,
): Promise<QueueSpan> {
  const server = await QueueServer.start(t, '--appendonly', 'yes', '--appendfsync', 'always');
  const partition = await Partition.start(t, server.url);
  const isElsewhere = kind === 'all clocks of a worker are an hour ahead';
  const elsewhere: CliRun[] = [];
  if (isElsewhere) {
    for (const env of [{}, { NODE_OPTIONS: `--require ${OTHER_MACHINE}` }]) {
      elsewhere.push(await CliRun.start(t, `worker --queue ${server.url}`, { env }));
    }
  }
  const isLong = jobs > MANY_JOBS;
  const bench = await RunnerBench.start(t, {
    ...{ variant: 'distributed-queue', workload: worksFor(isLong ? 0 : JOB_MS), queue: partition.url },
    ...{ items: jobs, concurrency: isLong ? MANY_IN_FLIGHT : 6 },
    ...(isElsewhere && { queueWorkers: 'external:2' }),
  }).catch((thrown: unknown) => {
    const said = elsewhere.map(({ stderr }) => stderr.trim()).join('; ');
    throw new Error(`the run did not start; its workers said: ${said}`, { cause: thrown });
  });
  const startedNs = Number(process.hrtime.bigint());
  const running = bench.trial();
  running.catch(() => {});
  const moment = Math.floor(random() * (jobs / 2));
  await until(() => arrived(bench) >= moment);
  await DEEDS[kind]({ bench, server, partition, random });
  const { queue } = await running;
  await checkRows(t, bench);
  const { start, end } = bench.rows();
  const errorMs = Math.max(...queue!.workers.map(({ clockErrorMs }) => clockErrorMs));
  const errorNs = errorMs * NS_PER_MS;
  const endedNs = Number(process.hrtime.bigint());
  assert.ok(start.every((ns) => ns >= startedNs - errorNs) && end.every((ns) => ns <= endedNs + errorNs));
  assert.equal(errorMs > 0, isElsewhere);
  await bench.trial();
  await checkRows(t, bench);
  await bench.runner.close();
  assert.deepEqual(await server.client.keys('*'), []);
  return queue!;
}
