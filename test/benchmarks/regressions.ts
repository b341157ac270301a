/**
 * How often a change of known size is called what it is: real runs of `bench --against` with CPU or a wait added to one
 * function, with and without a noisy neighbour, beside `compare` of two saved runs that take as long together.
 *
 *   node --import tsx test/benchmarks/regressions.ts [--runs 40] [--gate 2.5] [--max-time 60] [--percents 0,3,5,10]
 *     [--kinds cpu,wait] [--neighbours quiet,noisy] [--no-compare] [--profiles 10]
 *
 * --profiles: of how many runs with added CPU both versions are profiled, to see which function is blamed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type CompareResult,
  compareResultSchema,
  type GateResult,
} from '../../src/core/documents/comparison.ts';
import { runRecordSchema } from '../../src/core/documents/run-record.ts';
import { median } from '../../src/core/statistics/quantile.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    gate: { type: 'string', default: '2.5' },
    'max-time': { type: 'string', default: '60' },
    percents: { type: 'string', default: '0,3,5,10' },
    kinds: { type: 'string', default: 'cpu,wait' },
    neighbours: { type: 'string', default: 'quiet,noisy' },
    'no-compare': { type: 'boolean', default: false },
    profiles: { type: 'string', default: '10' },
  },
});
const runs = Number(values.runs);
const gate = Number(values.gate);
const maxTime = Number(values['max-time']);
const profiled = Number(values.profiles);

const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const BLAMED = 'parseRow';

type Kind = 'cpu' | 'wait';
type Called = 'right' | 'wrong' | 'inconclusive';

/** About 100 ms a trial: what is added is in one function. */
const WORKLOADS: Readonly<Record<Kind, string>> = {
  cpu: `
import { defineWorkload } from 'threadmill';
import { ${BLAMED} } from '../src/work.ts';
function digest(seed: number): number {
  let sum = seed;
  for (let i = 0; i < 200_000; i++) sum = (sum * 31 + i) % 1_000_003;
  return sum;
}
export default defineWorkload({
  name: 'cpu',
  jobs: 40,
  run: async ({ position }) => ${BLAMED}(digest(position)) >= 0,
});`,
  wait: `
import { defineWorkload } from 'threadmill';
import { ${BLAMED} } from '../src/work.ts';
export default defineWorkload({ name: 'wait', jobs: 40, run: async () => ${BLAMED}() });`,
};

/** `percent` of the whole job is added to the function, whose own part is half of it. */
const FUNCTIONS: Readonly<Record<Kind, (percent: number) => string>> = {
  cpu: (percent) => `
export function ${BLAMED}(seed: number): number {
  let sum = seed;
  for (let i = 0; i < ${Math.round(200_000 * (1 + (2 * percent) / 100))}; i++) sum = (sum * 31 + i) % 1_000_003;
  return sum;
}`,
  wait: (percent) => `
export function ${BLAMED}(): Promise<boolean> {
  // Timers of Node step in whole milliseconds.
  return new Promise((resolve) => setTimeout(() => resolve(true), ${Math.round(100 * (1 + percent / 100))}));
}`,
};

const root = mkdtempSync(join(tmpdir(), 'threadmill-regressions-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

function version(kind: Kind, percent: number): string {
  const folder = join(root, `${kind}-${percent}`);
  mkdirSync(join(folder, 'bench'), { recursive: true });
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'bench', 'w.ts'), WORKLOADS[kind]);
  writeFileSync(join(folder, 'src', 'work.ts'), FUNCTIONS[kind](percent));
  return folder;
}

function threadmill(cwd: string, ...args: string[]): { readonly stdout: string; readonly seconds: number } {
  const startedAt = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (![0, 3, 4, 99].includes(status ?? -1))
    throw new Error(`threadmill ${args.join(' ')}: ${status}\n${stderr}`);
  return { stdout, seconds: (performance.now() - startedAt) / 1_000 };
}

const COMMON = [
  '--workload',
  'bench/w.ts',
  '--variants',
  'event-loop',
  '--concurrency',
  '8',
  '--no-trace',
  '--quiet',
];
const gateOf = (kind: Kind) => `${kind === 'cpu' ? 'cpu-regression' : 'regression'} > ${gate}%`;

interface Judged {
  readonly called: Called;
  readonly seconds: number;
}

function calledOf({ outcome }: Pick<GateResult, 'outcome'>, percent: number): Called {
  if (outcome === 'inconclusive') return 'inconclusive';
  return (outcome === 'failed') === percent > gate ? 'right' : 'wrong';
}

function againstOnce(kind: Kind, percent: number, seed: number): Judged {
  const args = ['bench', ...COMMON, '--against', version(kind, 0), '--fail-if', gateOf(kind)];
  const { stdout, seconds } = threadmill(
    version(kind, percent === 0 ? 0.001 : percent),
    ...args,
    ...['--max-time', `${maxTime}s`, '--seed', String(seed), '--json'],
  );
  const { gates } = runRecordSchema.parse(JSON.parse(stdout));
  return { called: calledOf(gates[0]!, percent), seconds };
}

/** Two saved runs that take as long together as the versions may. */
function compareOnce(kind: Kind, percent: number, seed: number): Judged {
  const time = ['--max-time', `${maxTime / 2}s`, '--seed', String(seed)];
  const base = version(kind, 0);
  const out = ['--out', join(root, 'saved')];
  const before = threadmill(base, 'bench', ...COMMON, ...time, ...out, '--json');
  const after = threadmill(
    version(kind, percent === 0 ? 0.001 : percent),
    'bench',
    ...COMMON,
    ...time,
    ...out,
    '--json',
  );
  const ids = [before, after].map(({ stdout }) => runRecordSchema.parse(JSON.parse(stdout)).id);
  const { stdout } = threadmill(base, 'compare', ...ids, ...out, '--fail-if', gateOf(kind), '--json');
  const { gates }: CompareResult = compareResultSchema.parse(JSON.parse(stdout));
  return { called: calledOf(gates[0]!, percent), seconds: before.seconds + after.seconds };
}

/** A program that burns a core in bursts. */
function neighbour(): ChildProcess {
  const burst =
    'setInterval(() => { const end = Date.now() + 100 + 300 * Math.random(); while (Date.now() < end); }, 500);';
  return spawn(process.execPath, ['-e', burst], { stdio: 'ignore' });
}

function line(what: string, judged: readonly Judged[]): string {
  const count = (called: Called) =>
    String(judged.filter((each) => each.called === called).length).padStart(5);
  const seconds = (median(judged.map((each) => each.seconds)) ?? 0).toFixed(0).padStart(6);
  return `  ${what.padEnd(10)} ${count('right')} ${count('wrong')} ${count('inconclusive')} ${seconds} s`;
}

console.log(`gate ${gate}%, ${runs} runs each: right, wrong, inconclusive, median time`);
for (const place of values.neighbours.split(',')) {
  for (const kind of values.kinds.split(',') as Kind[]) {
    for (const percent of values.percents.split(',').map(Number)) {
      const other = place === 'noisy' ? neighbour() : null;
      try {
        const seeds = Array.from({ length: runs }, (_, run) => run + 1);
        console.log(`${place}, ${percent}% of ${kind} added`);
        console.log(
          line(
            'against',
            seeds.map((seed) => againstOnce(kind, percent, seed)),
          ),
        );
        if (!values['no-compare'])
          console.log(
            line(
              'compare',
              seeds.map((seed) => compareOnce(kind, percent, seed)),
            ),
          );
      } finally {
        other?.kill('SIGKILL');
      }
    }
  }
}
if (profiled > 0) {
  let right = 0;
  for (let run = 1; run <= profiled; run++) {
    const args = [
      'bench',
      ...COMMON,
      '--against',
      version('cpu', 0),
      '--profile',
      '--rounds',
      '2',
      '--markdown',
    ];
    const { stdout } = threadmill(version('cpu', 10), ...args, '--seed', String(run));
    // The first of the functions that changed most.
    if (/^- event-loop: \+.* in `(\w+)`/m.exec(stdout)?.[1] === BLAMED) right++;
  }
  console.log(`blamed function is the one with 10% of CPU added: ${right} of ${profiled}`);
}
