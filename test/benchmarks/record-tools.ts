/**
 * Records programs that people run: vitest with threads and with forks, eslint with two threads, tsc, tinypool. Each has
 * functions that say how long they ran, and for each the recording must have the same time, within 5%, in a thread of its
 * own. Then what 0x and clinic flame have of a program with two workers. Then the test suites of three packages, with and
 * without `record`. All of it is installed from npm into a temporary folder. Exit code 1 if anything differs.
 *
 *     make record-tools ARGS="--only eslint,piscina --node /path/to/node"
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RecordingFolder } from '../../src/store/recording-folder.ts';
import { msIn, readRecorded, threadsWith } from '../support/recordings.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/src/cli/main.js');
const { values } = parseArgs({
  options: { node: { type: 'string', default: process.execPath }, only: { type: 'string' } },
});
const only = values.only?.split(',');
const MEASURED = 'measured.txt';
const BURN_MS = 800;
const WITHIN = 0.05;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-record-tools-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const { NODE_OPTIONS, ...environment } = process.env;
/** Clinic asks questions, and exits, unless these are set. */
const CLINIC = { NO_INSIGHT: '1', NO_UPDATE_NOTIFIER: '1', XDG_CONFIG_HOME: join(scratch, 'config') };
const PATH = `${dirname(values.node)}${delimiter}${process.env.PATH}`;
const env = { ...environment, ...CLINIC, PATH };
let failures = 0;

/** @param name it is called by, and writes its time down by */
const burning = (name: string): string => `
export function ${name}() {
  const startMs = performance.now();
  let n = 0;
  while (performance.now() - startMs < ${BURN_MS}) for (let i = 0; i < 1e5; i++) n += Math.sqrt(i);
  appendFileSync(${JSON.stringify(MEASURED)}, '${name} ' + (performance.now() - startMs) + '\\n');
  return n;
}`;
const IMPORT = `import { appendFileSync } from 'node:fs';`;

interface Tool {
  readonly name: string;
  readonly packages: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of node. */
  readonly argv: readonly string[];
  /** Functions, and in how many threads each runs, of which role, in how many processes. */
  readonly runs: Readonly<Record<string, { threads: number; role: string; processes: number }>>;
}

const vitestFile = (name: string): string =>
  `import { test } from 'vitest';\n${IMPORT}${burning(name)}\ntest('${name}', () => void ${name}());\n`;

const vitest = (pool: 'threads' | 'forks'): Tool => ({
  name: `vitest ${pool}`,
  packages: ['vitest@4'],
  files: { 'one.test.js': vitestFile('burnOne'), 'two.test.js': vitestFile('burnTwo') },
  argv: ['node_modules/vitest/vitest.mjs', 'run', `--pool=${pool}`, '--maxWorkers=2', '--testTimeout=60000'],
  runs: Object.fromEntries(
    ['burnOne', 'burnTwo'].map((name) => [
      name,
      { threads: 1, role: pool === 'threads' ? 'worker' : 'main', processes: 1 },
    ]),
  ),
});

const TOOLS: readonly Tool[] = [
  vitest('threads'),
  vitest('forks'),
  {
    name: 'eslint',
    packages: ['eslint@10'],
    files: {
      'eslint.config.mjs': `${IMPORT}${burning('burnInRule')}
const slow = { create: () => ({ Program: () => void burnInRule() }) };
export default [{ files: ['src/*.js'], plugins: { own: { rules: { slow } } }, rules: { 'own/slow': 'error' } }];`,
      ...Object.fromEntries([1, 2, 3, 4].map((n) => [`src/${n}.js`, `export const n = ${n};\n`])),
    },
    argv: ['node_modules/eslint/bin/eslint.js', '--concurrency', '2', 'src'],
    runs: { burnInRule: { threads: 2, role: 'worker', processes: 1 } },
  },
  {
    name: 'tinypool',
    packages: ['tinypool@2'],
    files: {
      'pool.mjs': `import Tinypool from 'tinypool';
const pool = new Tinypool({ filename: new URL('task.mjs', import.meta.url).href, minThreads: 2, maxThreads: 2 });
await Promise.all([pool.run(), pool.run()]);
await pool.destroy();`,
      'task.mjs': `${IMPORT}${burning('burnInTask')}\nexport default burnInTask;`,
    },
    argv: ['pool.mjs'],
    runs: { burnInTask: { threads: 2, role: 'pool-worker', processes: 1 } },
  },
  {
    name: 'tsc',
    // Version 7 is no Node program.
    packages: ['typescript@5.9'],
    files: {
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true }, "files": ["main.ts"] }',
      'main.ts': Array.from(
        { length: 400 },
        (_, n) =>
          `export const f${n} = <T extends { a${n}: number }>(of: T[]): T[] => of.map((x) => ({ ...x, a${n}: x.a${n} + 1 })).filter(({ a${n} }) => a${n} > 0);`,
      ).join('\n'),
      'tsc.mjs': `${IMPORT}
import ts from 'typescript';
const startMs = performance.now();
ts.executeCommandLine({ ...ts.sys, exit() {
  appendFileSync(${JSON.stringify(MEASURED)}, 'executeCommandLine ' + (performance.now() - startMs) + '\\n');
} }, () => {}, ['-p', '.']);`,
    },
    argv: ['tsc.mjs'],
    runs: { executeCommandLine: { threads: 1, role: 'main', processes: 1 } },
  },
];

/** Packages whose tarballs have their tests, which start workers and processes. */
const SUITES: readonly {
  readonly name: string;
  readonly needs: readonly string[];
  readonly options: readonly string[];
  readonly files: RegExp;
}[] = [
  {
    name: 'piscina@5.3.2',
    needs: ['tsx@4', 'abort-controller@3', 'concat-stream@2'],
    options: ['--enable-source-maps', '--import=tsx'],
    files: /^[\w-]+\.test\.ts$/,
  },
  {
    name: 'thread-stream@4.2.1',
    needs: ['desm@1', 'sonic-boom@5', 'typescript@5.7', 'ts-node@10'],
    options: ['--expose-gc'],
    files: /^[\w-]+\.test\.m?js$/,
  },
  {
    name: 'pino@10.4.0',
    needs: [
      ...[
        '@matteo.collina/tspl@0.2',
        'execa@5',
        'flush-write-stream@2',
        'get-caller-file',
        'import-fresh@3',
        'pump@3',
      ],
      ...[
        'pino-pretty@13',
        'proxyquire@2',
        'rimraf@6',
        'split2@4',
        'strip-ansi@6',
        'tape@5',
        'through2@5',
        'ts-node@10',
      ],
    ],
    options: [],
    files: /^(transport[\\/])?[\w-]+\.test\.js$/,
  },
];

function run(
  command: readonly string[],
  cwd: string,
): { code: number | null; stdout: string; stderr: string } {
  const [file = '', ...rest] = command;
  const { status, stdout, stderr, error } = spawnSync(file, rest, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}

function install(cwd: string, packages: readonly string[]): void {
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, stderr } = run(
    ['npm', 'install', ...quiet, '--ignore-scripts', '--omit=dev', ...packages],
    cwd,
  );
  assert.equal(code, 0, stderr);
}

const record = (cwd: string, argv: readonly string[]): ReturnType<typeof run> =>
  run([process.execPath, CLI, 'record', '--out', join(cwd, 'profiles'), '--', values.node, ...argv], cwd);

function say(cells: readonly string[], problems: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(20) : cell)).join('  '));
  for (const problem of problems) console.log(`    ${problem}`);
  if (problems.length > 0) failures++;
}

async function checkTool({ name, packages, files, argv, runs }: Tool): Promise<void> {
  const cwd = join(scratch, name.replace(' ', '-'));
  for (const [file, text] of Object.entries({ 'package.json': '{ "private": true }', ...files })) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  }
  install(cwd, packages);
  const { code, stdout, stderr } = record(cwd, argv);
  const problems = code === 0 ? [] : [`exit code ${code}: ${stdout}${stderr}`.slice(0, 2_000)];
  const [id] = readdirSync(join(cwd, 'profiles')).filter((each) => /^\d{8}T/.test(each));
  const recorded = await readRecorded(RecordingFolder.open(join(cwd, 'profiles', id!)));
  const { processes, threads } = recorded.recording;
  const measured = readFileSync(join(cwd, MEASURED), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const found = Object.entries(runs).map(([of, wanted]) => {
    const own = measured.filter(([each]) => each === of).reduce((sum, [, ms]) => sum + Number(ms), 0);
    const ms = msIn(recorded, of);
    const within = threadsWith(recorded, of);
    const seen = {
      threads: within.length,
      role: [...new Set(within.map(({ role }) => role))].join(),
      processes: new Set(within.map(({ process }) => process)).size,
    };
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) problems.push(`${of}: ${JSON.stringify(seen)}`);
    // V8's samples say that garbage is collected, and not in which function.
    const gcMs = within.reduce((sum, { gc }) => sum + (gc?.totalMs ?? 0), 0);
    const isRight = ms <= (1 + WITHIN) * own && ms + gcMs >= (1 - WITHIN) * own;
    if (!isRight) problems.push(`${of}: the program says ${own.toFixed(0)} ms`);
    const gc = gcMs >= 1 ? ` (and ${gcMs.toFixed(0)} of garbage collection)` : '';
    return `${of} ${ms.toFixed(0)}${gc} of ${own.toFixed(0)} ms in ${within.length}`;
  });
  say([name, `${processes.length} processes, ${threads.length} threads`, ...found], problems);
}

/** Both draw one thread: the main one, or, with 0x, at times a worker. */
function checkOthers(): void {
  const cwd = join(scratch, 'others');
  mkdirSync(cwd);
  const text = `${IMPORT}
import { isMainThread, Worker } from 'node:worker_threads';${burning('burnInMain')}${burning('burnInWorker')}
if (!isMainThread) burnInWorker();
else {
  for (const name of ['a', 'b']) new Worker(new URL(import.meta.url), { name });
  burnInMain();
}`;
  writeFileSync(join(cwd, 'program.mjs'), text);
  const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
  for (const [name, argv] of [
    ['0x', [bin('0x'), '--output-dir', 'tool', '--', 'node', 'program.mjs']],
    ['clinic flame', [bin('clinic'), 'flame', '--open=false', '--dest', 'tool', '--', 'node', 'program.mjs']],
  ] as const) {
    rmSync(join(cwd, 'tool'), { recursive: true, force: true });
    const { code, stderr } = run(argv, cwd);
    const pages = existsSync(join(cwd, 'tool'))
      ? readdirSync(join(cwd, 'tool'), { recursive: true, encoding: 'utf8' }).filter((each) =>
          each.endsWith('.html'),
        )
      : [];
    const html = pages.map((page) => readFileSync(join(cwd, 'tool', page), 'utf8')).join('');
    const has = (of: string): string => `${of}: ${html.includes(of) ? 'there' : 'missing'}`;
    const isOne = html.includes('burnInMain') !== html.includes('burnInWorker');
    const problems = code === 0 && isOne ? [] : [`exit code ${code}: ${stderr}`.slice(0, 500)];
    say([name, has('burnInMain'), has('burnInWorker')], problems);
  }
}

/** Results by test, as TAP has them: `ok - name`. */
function results(tap: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, indent = '', outcome = '', rest = ''] of tap.matchAll(/^( *)(ok|not ok) \d+ - (.*)$/gm)) {
    const key = `${outcome} - ${indent}${rest.trim()}`;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

const total = (of: Map<string, number>, outcome: string): number =>
  [...of].reduce((sum, [key, count]) => sum + (key.startsWith(`${outcome} - `) ? count : 0), 0);

function checkSuite({ name, needs, options, files }: (typeof SUITES)[number]): void {
  const cwd = join(scratch, name.split('@')[0]!);
  mkdirSync(cwd);
  const packed = run(['npm', 'pack', '--silent', name], scratch).stdout.trim();
  assert.equal(
    run(['tar', 'xzf', join(scratch, packed), '-C', cwd, '--strip-components=1'], scratch).code,
    0,
  );
  // npm resolves these even where it does not install them, and some are not on npm any more.
  const manifest = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as object;
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ ...manifest, devDependencies: {} }));
  install(cwd, needs);
  const tests = readdirSync(join(cwd, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((each) => files.test(each))
    .map((each) => join('test', each))
    .sort();
  const argv = [...options, '--test', '--test-reporter=tap', ...tests];
  const plain = results(run([values.node, ...argv], cwd).stdout);
  const recorded = results(record(cwd, argv).stdout);
  const problems = [...recorded].flatMap(([key, count]) => {
    const missing = key.startsWith('not ok - ') && count > (plain.get(key) ?? 0);
    return missing ? [`${key} – only under record`] : [];
  });
  const counts = (of: Map<string, number>): string =>
    `${total(of, 'ok')} passed, ${total(of, 'not ok')} failed`;
  if (total(recorded, 'ok') + total(recorded, 'not ok') < total(plain, 'ok') + total(plain, 'not ok')) {
    problems.push('fewer tests ran under record');
  }
  say([name, `without: ${counts(plain)}`, `under record: ${counts(recorded)}`], problems);
}

const wants = (name: string): boolean => only?.some((each) => name.startsWith(each)) ?? true;
console.log(`Node ${run([values.node, '--version'], scratch).stdout.trim()}`);
for (const tool of TOOLS) if (wants(tool.name)) await checkTool(tool);
if (wants('others')) checkOthers();
for (const suite of SUITES) if (wants(suite.name)) checkSuite(suite);
process.exitCode = failures > 0 ? 1 : 0;
