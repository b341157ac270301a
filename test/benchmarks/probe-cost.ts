/**
 * Cost of the probes around a trial: 20,000 requests without latency, with the probes and the journal of rows, with the
 * journal alone, and without both, in one process. For scale, every fourth round runs the loop of `make fidelity` that is
 * written by hand. The order within a round is drawn anew. The CPU time of the process is the steadier figure on
 * a machine that has other things to do.
 *
 *   make probe-cost          (ARGS="--rounds 200 --jobs 20000 --in-flight 64")
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { ThreadSpan } from '../../src/core/documents/run-record.ts';
import { type MedianInterval, medianInterval } from '../../src/core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../src/core/statistics/random.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { bundleWorkload } from '../../src/workload/bundle.ts';
import { PLAIN_SETTINGS } from '../support/spec-defaults.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    jobs: { type: 'string', default: '20000' },
    'in-flight': { type: 'string', default: '64' },
  },
});
const rounds = Number(values.rounds);
const jobs = Number(values.jobs);
const inFlight = Number(values['in-flight']);
/** Of the bare loop's wall. */
const LIMIT = 0.01;
const WARM_UP_ROUNDS = 4;
const BARE_EVERY = 4;
const SIDES = ['with', 'journal', 'without', 'bare'] as const;

interface Reply {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly ok: number;
  readonly span: ThreadSpan | null;
}

type Walls = Readonly<Record<(typeof SIDES)[number], number[]>>;
type Cpu = Omit<Walls, 'bare'>;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-probe-cost-'));
const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
const children: ChildProcess[] = [];
try {
  await measure();
} finally {
  for (const child of children) child.disconnect();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const file = join(scratch, 'workload.js');
  await bundleWorkload(fileURLToPath(new URL('zero-latency.workload.mjs', import.meta.url)), file);
  const settings = { ...PLAIN_SETTINGS, baseUrl: server.url };
  const probed = await start('probed-loop.mjs', {
    bundleUrl: pathToFileURL(file).href,
    settings,
    jobs,
    inFlight,
    journal: join(scratch, 'journal.bin'),
  });
  const url = `${server.url}/api/users/1?latency=0&size=200`;
  const bare = await start('undici-loop.mjs', { url, jobs, inFlight, api: 'request' });
  const walls: Walls = { with: [], journal: [], without: [], bare: [] };
  const cpu: Cpu = { with: [], journal: [], without: [] };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const side of shuffle([...SIDES], createRandom(round + WARM_UP_ROUNDS + 1))) {
      const counts = round >= 0;
      if (side === 'bare') {
        if (round % BARE_EVERY !== 0) continue;
        const wallMs = await ask<number>(bare, 'go');
        if (counts) walls.bare.push(wallMs);
      } else {
        const { wallMs, cpuMs } = await probedTrial(probed, side);
        if (counts) walls[side].push(wallMs);
        if (counts) cpu[side].push(cpuMs);
      }
    }
  }
  print(walls, cpu);
}

async function start(script: string, options: object): Promise<ChildProcess> {
  const child = fork(new URL(`bare/${script}`, import.meta.url), [JSON.stringify(options)], {
    execArgv: ['--expose-gc'],
  });
  children.push(child);
  await once(child, 'message');
  return child;
}

async function ask<T>(child: ChildProcess, message: string | object): Promise<T> {
  child.send(message);
  const [reply] = await once(child, 'message');
  return reply as T;
}

async function probedTrial(child: ChildProcess, side: keyof Cpu): Promise<Reply> {
  const on = side === 'with';
  const reply = await ask<Reply>(child, { probes: on, journalOn: side !== 'without' });
  const { ok, span } = reply;
  // A switch that does not switch would measure nothing.
  if (ok !== jobs || (span !== null) !== on || (on && (span?.eventLoop.activeMs ?? 0) <= 0)) {
    throw new Error(`a trial did not go as it should: ${JSON.stringify({ on, ok, span })}`);
  }
  return reply;
}

function print(walls: Walls, cpu: Cpu): void {
  const bare = median(walls.bare) ?? Number.NaN;
  // The same slots and connections, so that nothing but the probes differs.
  const probes = (sides: Cpu) => sides.with.map((on, round) => on / sides.journal[round]! - 1);
  line('wall, with probes ÷ without', probes(walls));
  line('CPU, with probes ÷ without', probes(cpu));
  // Slots and connections of their own.
  const journal = (sides: Cpu) => sides.journal.map((on, round) => on / sides.without[round]! - 1);
  line('wall, with journal ÷ without', journal(walls));
  line('CPU, with journal ÷ without', journal(cpu));
  const ofBare = (sides: Cpu) => sides.with.map((on, round) => (on - sides.journal[round]!) / bare);
  const added = line('wall added, of the bare loop’s', ofBare(walls));
  // The loop keeps its thread busy throughout, so that CPU added is wall added, without the wall's scatter.
  const addedCpu = line('CPU added, of the bare wall', ofBare(cpu));
  const typical = SIDES.map((side) => `${side} ${median(walls[side])?.toFixed(0)} ms`).join(', ');
  console.log(`${rounds} rounds of ${jobs} requests, ${inFlight} in flight; ${typical}`);
  const limit = `at most ${LIMIT * 100}% of the bare loop`;
  console.log(`${limit}: by the wall ${verdictOf(added)}, by CPU time ${verdictOf(addedCpu)}`);
}

function verdictOf({ low, high }: MedianInterval): string {
  return high <= LIMIT ? 'held' : low > LIMIT ? 'MISSED' : 'not decided by these rounds';
}

/** Prints the median and its 95% interval, percent. */
function line(title: string, shares: readonly number[]): MedianInterval {
  const interval = medianInterval(sortNumbers(shares), 0.95);
  if (interval === null) throw new RangeError('no rounds');
  const { estimate, low, high } = interval;
  const percent = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(2)}%`;
  console.log(`${title.padEnd(31)} ${percent(estimate)}  [${percent(low)}, ${percent(high)}]`);
  return interval;
}
