/**
 * Whether threads pay from where a report says: takes the estimate from a run with little CPU for each job, then
 * measures at half, once and twice as much. Exit code 1 if worker threads gain at half of it, or do not at twice.
 * `make crossover`, about five minutes; wants an otherwise idle machine with at least two CPUs.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Pair, pairOf } from '../../src/analysis/verdict/pairs.ts';
import { type Crossover, type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import { CLI } from '../support/compiled.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '12' } },
});

const FACTORS = [0.5, 1, 2];
/** Of the run that gives the estimate. */
const LITTLE_CPU_MS = 0.2;
/** Near the estimate jobs queue up a little, which threads shorten by a few percent: no reason to take them. */
const GAIN = 1.05;

interface Case {
  readonly name: string;
  readonly options: readonly string[];
  /** Why there has to be no estimate. */
  readonly withheld?: Crossover['withheld'];
}

const CASES: readonly Case[] = [
  {
    name: 'one latency',
    options: ['--latency', '30', '--jitter', '0', '--jobs', '64', '--concurrency', '8'],
    withheld: 'jobs-in-step',
  },
  {
    name: 'latencies that vary by 20%',
    options: ['--latency', '30', '--jobs', '64', '--concurrency', '8'],
  },
  { name: 'four latencies, the longest job decides', options: [] },
  { name: 'many in flight', options: ['--latency', '60', '--jobs', '100', '--concurrency', '25'] },
];

const out = mkdtempSync(join(tmpdir(), 'threadmill-crossover-'));
let missed = 0;
try {
  for (const { name, options, withheld = null } of CASES) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    const first = await bench([...options, '--rounds', '5'], LITTLE_CPU_MS, 'sequential,event-loop');
    const { crossover } = first;
    if (crossover === null || crossover.withheld !== null || withheld !== null) {
      const held = crossover !== null && crossover.withheld === withheld;
      if (!held) missed++;
      console.log(`${name}: withheld (${crossover?.withheld ?? 'no'}): ${held ? 'held' : 'MISSED'}`);
      continue;
    }
    console.log(
      `${name}: estimated ${ms(crossover.atMs)} of CPU per job; ${ms(crossover.nowMs)} with --cpu ${LITTLE_CPU_MS}`,
    );
    for (const factor of FACTORS) await measure(options, crossover, factor);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
console.log(missed === 0 ? 'held' : `MISSED: ${missed}`);
process.exitCode = missed === 0 ? 0 : 1;

async function measure(
  options: readonly string[],
  { atMs, nowMs }: Crossover,
  factor: number,
): Promise<void> {
  // What the client takes for each job comes on top of --cpu.
  const cpuMs = Math.max(0.05, factor * atMs - (nowMs - LITTLE_CPU_MS));
  const variants = 'event-loop,worker-pool,worker-pool-batched';
  const record = await bench([...options, '--rounds', values.rounds], cpuMs, variants);
  const pairs = (['worker-pool', 'worker-pool-batched'] as const).flatMap(
    (name) => pairOf(record, name, 'event-loop') ?? [],
  );
  const best = pairs.reduce((one, other) =>
    (other.factor?.estimate ?? 0) > (one.factor?.estimate ?? 0) ? other : one,
  );
  const gains = (best.factor?.estimate ?? 0) >= GAIN && best.verdict === 'faster';
  const held = factor === 1 || gains === factor > 1;
  if (!held) missed++;
  const verdict = factor === 1 ? 'either may be' : held ? 'held' : 'MISSED';
  console.log(`  ${factor}× (${ms(factor * atMs)} per job): ${text(best)}: ${verdict}`);
}

function text({ one, factor }: Pair): string {
  if (factor === null) return `${one} has no round to compare`;
  const [estimate, low, high] = [factor.estimate, factor.low, factor.high].map((each) => each.toFixed(3));
  return `${one} ${estimate} times as fast as event-loop (${low}–${high})`;
}

function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}

function bench(options: readonly string[], cpuMs: number, variants: string): Promise<RunRecord> {
  const argv = [CLI, 'bench', '--json', '--quiet', '--out', out, '--variants', variants];
  argv.push('--cpu', `${Number(cpuMs.toPrecision(4))}`, ...options);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { maxBuffer: 2 ** 28 }, (_, stdout, stderr) => {
      const parsed = stdout === '' ? null : runRecordSchema.safeParse(JSON.parse(stdout));
      if (parsed?.success) resolve(parsed.data);
      else reject(new Error(`no record: ${stderr}${parsed?.error?.message ?? ''}`));
    });
  });
}
