/**
 * What Threadmill costs: its wall against that of the same loop written by hand, on a server without latency.
 * Pairs run back to back in a shuffled order, so that whatever slows the machine slows both.
 *
 *   make fidelity            (ARGS="--rounds 15 --jobs 20000 --in-flight 64")
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, shuffle } from '../../src/core/statistics/random.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { bundleWorkload } from '../../src/workload/bundle.ts';
import { type BareRunnerOptions, startBareRunner } from './bare-runner.ts';
import { type Contender, compare, printRatio, startBare } from './paired.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    jobs: { type: 'string', default: '20000' },
    'in-flight': { type: 'string', default: '64' },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const jobs = Number(values.jobs);
const inFlight = Number(values['in-flight']);
const THREADS = 2;
const JSON_IN_FLIGHT = 16;
/** `plan`: jobs of a trial, so that one takes a second or so. */
const JSON_BODIES = [
  { title: '100 kB', bytes: 100_000, plan: 1_000 },
  { title: '1 MB', bytes: 1_000_000, plan: 200 },
] as const;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-fidelity-'));
const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
try {
  for (const [file, bundle] of [
    ['zero-latency.workload.mjs', 'workload.js'],
    ['json.workload.mjs', 'json.js'],
  ] as const) {
    await bundleWorkload(fileURLToPath(new URL(file, import.meta.url)), join(scratch, bundle));
  }
  for (const comparison of comparisons()) {
    if (values.only !== undefined && !comparison.title.includes(values.only)) continue;
    const { title, limit } = comparison;
    await compare(title, { ours: await comparison.ours(), bare: await comparison.bare() }, rounds, limit);
  }
  if (values.only === undefined || values.only === 'start') await compareStartUp();
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}

interface Comparison {
  readonly title: string;
  readonly limit: number | null;
  ours(): Promise<Contender>;
  bare(): Promise<Contender>;
}

function comparisons(): Comparison[] {
  const url = `${server.url}/api/users/1?latency=0&size=200`;
  const loop = (api: string, slots: number) => () =>
    startBare('undici-loop.mjs', { url, jobs, inFlight: slots, api });
  const pool = () => startBare('piscina-loop.mjs', { url, jobs, inFlight, threads: THREADS });
  return [
    {
      title: 'event-loop / undici request+text',
      limit: 1.03,
      ours: () => ours('event-loop'),
      bare: loop('request', inFlight),
    },
    {
      title: 'sequential / undici request+text',
      limit: 1.03,
      ours: () => ours('sequential'),
      bare: loop('request', 1),
    },
    {
      title: 'event-loop / undici dispatch, body dropped',
      limit: null,
      ours: () => ours('event-loop'),
      bare: loop('dispatch', inFlight),
    },
    {
      title: 'worker-pool / Piscina, request+text',
      limit: 1.05,
      ours: () => ours('worker-pool'),
      bare: pool,
    },
    {
      title: 'worker-pool-batched / Piscina, request+text',
      limit: null,
      ours: () => ours('worker-pool-batched'),
      bare: pool,
    },
    ...JSON_BODIES.flatMap(jsonComparisons),
  ];
}

/** Bodies that are parsed in worker threads; the totals come back to the main thread. */
function jsonComparisons({ title, bytes, plan }: (typeof JSON_BODIES)[number]): Comparison[] {
  const url = `${server.url}/api/users/1?latency=0&size=${bytes}`;
  const json = { bundle: 'json.js', payloadBytes: bytes, jobs: plan, concurrency: JSON_IN_FLIGHT };
  const by = { url, jobs: plan, inFlight: JSON_IN_FLIGHT, threads: THREADS };
  return [
    {
      title: `offload / undici + Piscina, JSON of ${title} by transfer`,
      limit: 1.05,
      ours: () => ours('offload', json),
      bare: () => startBare('offload-loop.mjs', by),
    },
    {
      title: `worker-pool / Piscina, JSON of ${title}, result back`,
      limit: 1.05,
      ours: () => ours('worker-pool', json),
      bare: () => startBare('piscina-loop.mjs', { ...by, task: 'piscina-json-task.mjs' }),
    },
  ];
}

async function compareStartUp(): Promise<void> {
  const pairs: { ours: number; bare: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const seen = { ours: 0, bare: 0 };
    for (const side of shuffle(['ours', 'bare'] as ('ours' | 'bare')[], createRandom(round + 2))) {
      seen[side] = side === 'ours' ? await startPool() : Number(await output('start-threads.mjs'));
    }
    pairs.push(seen);
  }
  printRatio('start of 2 workers / 2 bare threads that import undici', pairs, 1.2);
}

async function startPool(): Promise<number> {
  const { runner, startupMs } = await startRunner('worker-pool');
  await runner.close();
  return startupMs;
}

async function ours(variant: VariantName, over: Partial<BareRunnerOptions> = {}): Promise<Contender> {
  const { runner } = await startRunner(variant, over);
  const planned = over.jobs ?? jobs;
  let trial = 0;
  return {
    trial: async () => {
      const result = await runner.runTrial({ round: trial, order: 0, rowsTrial: 0, traced: false });
      trial++;
      if (result.type !== 'done' || result.trial.wallMs === null || result.trial.outcomes.ok !== planned) {
        throw new Error(`a trial of ${variant} did not go well: ${JSON.stringify(result)}`);
      }
      return { wall: result.trial.wallMs };
    },
    close: () => runner.close(),
  };
}

function startRunner(variant: VariantName, over: Partial<BareRunnerOptions> = {}) {
  return startBareRunner({
    variant,
    scratch,
    baseUrl: server.url,
    jobs,
    concurrency: inFlight,
    workers: THREADS,
    ...over,
  });
}

async function output(script: string): Promise<string> {
  const child = fork(new URL(`bare/${script}`, import.meta.url), [], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await once(child, 'exit');
  return text;
}
