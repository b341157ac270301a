/**
 * How often a change of known size is called what it is: real runs of `bench --against` with CPU or a wait added to one
 * function, on a machine left alone and beside a program that burns a core in bursts; next to them `compare` of two saved
 * runs, and hyperfine run twice where it is installed. And how often `--profile` blames the function that it was added to.
 *
 *   node --import tsx test/benchmarks/regressions.ts [--only quiet|noisy|blame] [--runs 4] [--others 2] [--blames 10]
 *     [--gate 2.5] [--max-time 15] [--minutes 25] [--results file] [--fresh]
 *
 * Each result is appended to the file when it is there, and not measured again by the next call with the same gate and
 * time: what has been stopped, by Ctrl+C or by --minutes, goes on. Prints the tables of docs/benchmarks.md.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareResultSchema, type GateResult } from '../../src/core/documents/comparison.ts';
import { runRecordSchema } from '../../src/core/documents/run-record.ts';
import { median } from '../../src/core/statistics/quantile.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { studentQuantile } from '../../src/core/statistics/student-t.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'quiet,noisy,blame' },
    runs: { type: 'string', default: '4' },
    others: { type: 'string', default: '2' },
    blames: { type: 'string', default: '10' },
    gate: { type: 'string', default: '2.5' },
    'max-time': { type: 'string', default: '15' },
    minutes: { type: 'string', default: 'Infinity' },
    results: { type: 'string', default: join(ROOT, '.cache', 'regressions.ndjson') },
    fresh: { type: 'boolean', default: false },
  },
});
const parts = values.only.split(',');
const gate = Number(values.gate);
const maxTime = Number(values['max-time']);
const until = performance.now() + 60_000 * Number(values.minutes);

const CLI = join(ROOT, 'dist/src/cli/main.js');
const FUNCTIONS = ['parseRow', 'digest', 'encode', 'checksum'] as const;
const TOOLS = ['against', 'compare', 'hyperfine'] as const;
const PLACES = ['quiet', 'noisy'] as const;
const PERCENTS = [0, 3, 5, 10];

type Kind = 'cpu' | 'wait';
type Called = 'right' | 'wrong' | 'inconclusive';

interface Result {
  readonly what: (typeof TOOLS)[number] | 'blame';
  readonly place: (typeof PLACES)[number];
  readonly kind: Kind;
  readonly percent: number;
  readonly seed: number;
  readonly gate: number;
  readonly maxTime: number;
  readonly called: Called;
  readonly seconds: number;
}

const root = mkdtempSync(join(tmpdir(), 'threadmill-regressions-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** About 100 ms a trial; `percent` of a whole job is added to one function, whose own part is a quarter. */
function version(kind: Kind, percent: number, target: string = FUNCTIONS[0]): string {
  const folder = join(root, `${kind}-${percent}-${target}`);
  if (existsSync(folder)) return folder;
  const steps = (name: string) => Math.round(100_000 * (1 + (name === target ? (4 * percent) / 100 : 0)));
  const files: Readonly<Record<string, string>> = {
    'src/work.mjs':
      kind === 'cpu'
        ? FUNCTIONS.map(
            (name) =>
              `export function ${name}(sum) {\n  for (let i = 0; i < ${steps(name)}; i++) sum = (sum * 31 + i) % 1_000_003;\n  return sum;\n}\n`,
          ).join('')
        : // Timers of Node step in whole milliseconds.
          `export const wait = () => new Promise((resolve) => setTimeout(() => resolve(1), ${Math.round(100 * (1 + percent / 100))}));\n`,
    'src/job.mjs':
      kind === 'cpu'
        ? `import { ${FUNCTIONS.join(', ')} } from './work.mjs';\nexport const job = async (seed) => ${FUNCTIONS.reduce((inner, name) => `${name}(${inner})`, 'seed')};\nexport const jobs = 40;\n`
        : `export { wait as job } from './work.mjs';\nexport const jobs = 8;\n`,
    'bench/w.ts': `import { defineWorkload } from 'threadmill';\nimport { job, jobs } from '../src/job.mjs';\nexport default defineWorkload({ name: '${kind}', jobs, run: async ({ position }) => (await job(position)) >= 0 });\n`,
    'bench/main.mjs': `import { job, jobs } from '../src/job.mjs';\nawait Promise.all(Array.from({ length: jobs }, (_, position) => job(position)));\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function threadmill(cwd: string, ...args: string[]): unknown {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [CLI, ...args, '--json'], {
    ...{ cwd, encoding: 'utf8', maxBuffer: 2 ** 28 },
  });
  if (signal !== null || status === 130) process.exit(130);
  if (![0, 3, 4, 99].includes(status ?? -1))
    throw new Error(`threadmill ${args.join(' ')}: ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

function bench(cwd: string, seed: number, ...args: string[]) {
  const fixed = [
    '--workload',
    'bench/w.ts',
    '--variants',
    'event-loop',
    '--concurrency',
    '8',
    '--no-trace',
    '--quiet',
  ];
  const out = ['--out', join(root, 'saved'), '--seed', String(seed)];
  return runRecordSchema.parse(threadmill(cwd, 'bench', ...fixed, ...out, ...args));
}

const gateOf = (kind: Kind) => [
  '--fail-if',
  `${kind === 'cpu' ? 'cpu-regression' : 'regression'} > ${gate}%`,
];

function calledOf(outcome: GateResult['outcome'] | undefined, percent: number): Called {
  if (outcome === undefined || outcome === 'inconclusive') return 'inconclusive';
  return (outcome === 'failed') === percent > gate ? 'right' : 'wrong';
}

const JUDGES: Readonly<
  Record<(typeof TOOLS)[number], (kind: Kind, percent: number, seed: number) => Called>
> = {
  against(kind, percent, seed) {
    const args = ['--against', version(kind, 0, 'base'), ...gateOf(kind), '--max-time', `${maxTime}s`];
    return calledOf(bench(version(kind, percent), seed, ...args).gates[0]?.outcome, percent);
  },
  /** Together as long as the versions may take. */
  compare(kind, percent, seed) {
    const [before, after] = [version(kind, 0, 'base'), version(kind, percent)].map(
      (folder) => bench(folder, seed, '--max-time', `${maxTime / 2}s`).id,
    );
    const saved = ['--out', join(root, 'saved')];
    const found = threadmill(root, 'compare', before!, after!, ...saved, ...gateOf(kind));
    return calledOf(compareResultSchema.parse(found).gates[0]?.outcome, percent);
  },
  /** The wall of the whole program; Welch's 95% interval of the difference says whether the gate is passed. */
  hyperfine(kind, percent) {
    const [base, change] = [version(kind, 0, 'base'), version(kind, percent)].map((folder) => {
      const file = join(root, 'hyperfine.json');
      const command = `${process.execPath} ${join(folder, 'bench/main.mjs')}`;
      const runs = String(Math.ceil((maxTime * 1_000) / 2 / 160));
      spawnSync('hyperfine', [
        '--shell=none',
        '--warmup',
        '2',
        '--runs',
        runs,
        '--export-json',
        file,
        command,
      ]);
      return JSON.parse(readFileSync(file, 'utf8')).results[0] as {
        mean: number;
        stddev: number;
        times: number[];
      };
    });
    const beyond = change!.mean - base!.mean * (1 + gate / 100);
    const errors = [change!, base!].map(({ stddev, times }) => stddev ** 2 / times.length);
    const spread = Math.sqrt(errors[0]! + errors[1]!);
    const freedom =
      spread ** 4 / errors.reduce((sum, error) => sum + error ** 2 / (change!.times.length - 1), 0);
    const reach = studentQuantile(0.975, Math.max(1, Math.floor(freedom))) * spread;
    return calledOf(beyond > reach ? 'failed' : beyond < -reach ? 'passed' : 'inconclusive', percent);
  },
};

/** 10% of CPU in a function that the seed chooses: whether it is the first that the run names. */
function blame(seed: number): Called {
  const target = FUNCTIONS[Math.floor(createRandom(seed)() * FUNCTIONS.length)]!;
  const args = ['--against', version('cpu', 0, 'base'), '--profile', '--rounds', '2'];
  const [first] = bench(version('cpu', 10, target), seed, ...args).against?.functions ?? [];
  return first === undefined ? 'inconclusive' : first.name === target ? 'right' : 'wrong';
}

/** A program that burns a core in bursts. */
function neighbour(): ChildProcess {
  const burst =
    'setInterval(() => { const end = Date.now() + 100 + 300 * Math.random(); while (Date.now() < end); }, 500);';
  return spawn(process.execPath, ['-e', burst], { stdio: 'ignore' });
}

if (values.fresh) rmSync(values.results, { force: true });
mkdirSync(dirname(values.results), { recursive: true });
const results: Result[] = (existsSync(values.results) ? readFileSync(values.results, 'utf8') : '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Result)
  .filter((each) => each.gate === gate && each.maxTime === maxTime);

let left = 0;

function measure(
  key: Pick<Result, 'what' | 'place' | 'kind' | 'percent' | 'seed'>,
  judge: () => Called,
): void {
  const same = (each: Result) =>
    Object.entries(key).every(([name, value]) => each[name as keyof Result] === value);
  if (results.some(same)) return;
  if (performance.now() > until) {
    left++;
    return;
  }
  const other = key.place === 'noisy' ? neighbour() : null;
  const startedAt = performance.now();
  try {
    const called = judge();
    const seconds = (performance.now() - startedAt) / 1_000;
    const result: Result = { ...key, gate, maxTime, called, seconds };
    results.push(result);
    appendFileSync(values.results, `${JSON.stringify(result)}\n`);
    console.error(
      `${key.place} ${key.kind} +${key.percent}% ${key.what} ${key.seed}: ${called}, ${seconds.toFixed(0)} s`,
    );
  } finally {
    other?.kill('SIGKILL');
  }
}

const hasHyperfine = spawnSync('hyperfine', ['--version']).status === 0;
if (!hasHyperfine) console.error('hyperfine is not installed (Debian: apt-get install hyperfine): left out');
const tools = TOOLS.filter((tool) => tool !== 'hyperfine' || hasHyperfine);
const cells = PLACES.filter((place) => parts.includes(place)).flatMap((place) =>
  (['cpu', 'wait'] as const).flatMap((kind) => PERCENTS.map((percent) => ({ place, kind, percent }))),
);
// One of each first: what is stopped early has something of everything.
for (let seed = 1; seed <= Math.max(Number(values.runs), Number(values.others)); seed++) {
  for (const cell of cells) {
    for (const what of tools) {
      if (seed > Number(what === 'against' ? values.runs : values.others)) continue;
      measure({ what, ...cell, seed }, () => JUDGES[what](cell.kind, cell.percent, seed));
    }
  }
}
if (parts.includes('blame')) {
  for (let seed = 1; seed <= Number(values.blames); seed++) {
    measure({ what: 'blame', place: 'quiet', kind: 'cpu', percent: 10, seed }, () => blame(seed));
  }
}

function cellText(found: readonly Result[]): string {
  if (found.length === 0) return '';
  const count = (called: Called) => found.filter((each) => each.called === called).length;
  const seconds = (median(found.map((each) => each.seconds)) ?? 0).toFixed(0);
  return `${count('right')} / ${count('wrong')} / ${count('inconclusive')}, ${seconds} s`;
}

const HEADS = {
  against: '`bench --against`',
  compare: '`compare` of two runs',
  hyperfine: 'hyperfine, twice',
} as const;
const shown = TOOLS.filter((tool) => results.some(({ what }) => what === tool));
const row = (name: string, of: (result: Result) => boolean) =>
  `| ${[name, ...shown.map((tool) => cellText(results.filter((each) => each.what === tool && of(each))))].join(' | ')} |`;
for (const place of PLACES.filter((each) =>
  results.some(({ what, place }) => place === each && what !== 'blame'),
)) {
  console.log(
    `\n${place === 'quiet' ? 'Idle machine' : 'A neighbour that burns a core in bursts'}; gate ${gate}%: right / wrong / inconclusive, median time\n`,
  );
  console.log(
    `| added | ${shown.map((tool) => HEADS[tool]).join(' | ')} |\n| ${['', ...shown].map(() => '---').join(' | ')} |`,
  );
  for (const kind of ['cpu', 'wait'] as const) {
    for (const percent of PERCENTS) {
      const name =
        percent === 0
          ? `nothing (${kind === 'cpu' ? 'CPU' : 'wall'})`
          : `${percent}% ${kind === 'cpu' ? 'CPU' : 'wait'}`;
      console.log(
        row(name, (each) => each.place === place && each.kind === kind && each.percent === percent),
      );
    }
  }
  console.log(row('all', (each) => each.place === place));
}
const blamed = results.filter(({ what }) => what === 'blame');
if (blamed.length > 0) {
  const right = blamed.filter(({ called }) => called === 'right').length;
  console.log(
    `\n10% of CPU added to one of ${FUNCTIONS.length} functions: the one that was blamed first is right in ${right} of ${blamed.length}.`,
  );
}
if (left > 0) console.log(`\n${left} runs are left: call it again.`);
