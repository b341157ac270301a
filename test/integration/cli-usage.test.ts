import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { VARIANT_NAMES } from '../../src/core/variants.ts';
import { assertNames } from '../support/assert-names.ts';
import { complaintOf } from '../support/cli.ts';
import { commandLines, type EndedLine } from '../support/command-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEE_HELP = 'See `threadmill --help`, or `threadmill <command> --help`.';
const VARIANTS = `Known: ${[...VARIANT_NAMES, 'pools'].join(', ')}.`;

const BAD: readonly (readonly [string, string, string | null])[] = [
  ['bnech', "unknown command 'bnech'", `Did you mean bench? ${SEE_HELP}`],
  ['bench --job 3', "unknown option '--job'", `Did you mean --jobs? ${SEE_HELP}`],
  ['bench --jobs', '--jobs: a value is missing', SEE_HELP],
  ['bench --jobs abc', '--jobs: "abc" is not a whole number from 1 to 10000000', null],
  ['bench --jobs 0', '--jobs: "0" is not a whole number from 1 to 10000000', null],
  ['bench --workers -1', '--workers: "-1" is not a whole number from 1 to 1024', null],
  ['bench --seed 4294967296', '--seed: "4294967296" is not a whole number from 0 to 4294967295', null],
  ['bench --jitter 11', '--jitter: "11" is not a number from 0 to 10', null],
  ['bench extra', "too many arguments for 'bench'. Expected 0 arguments but got 1.", SEE_HELP],
  [
    'bench --variants sequental',
    '--variants: there is no variant "sequental"',
    `Did you mean "sequential"? ${VARIANTS}`,
  ],
  ['bench --variants a', '--variants: there is no variant "a"', VARIANTS],
  [
    'bench --variants sequential,sequential',
    '--variants: "sequential" is given twice',
    'Name each variant once.',
  ],
  ['sweep --concurrency 1..', '--concurrency: "1.." is not a range', 'Write one as 1..256: it doubles.'],
  ['sweep --cpu 0..8', '--cpu: "0..8" is not a range: 0 cannot be doubled', 'Write it as 0,1..16.'],
  [
    'sweep --concurrency 8',
    'there is nothing to sweep: no option has several values',
    'Give a list, --concurrency 1..64 say.',
  ],
  ['sweep --aa', "unknown option '--aa'", '--aa belongs to `threadmill bench` and `threadmill profile`.'],
  ['bench --captures 0x', "unknown option '--captures'", '--captures belongs to `threadmill profile`.'],
  ['bench --max-rate 5', "unknown option '--max-rate'", 'The option is called --rate-limit.'],
  ['bench --check', "unknown option '--check'", 'The option is called --aa.'],
  [
    'profile --captures flame',
    '--captures: there is no capture "flame"',
    'Did you mean "clinic-flame"? Known: threads, 0x, 0x-threads, heap, clinic-flame, clinic-doctor, clinic-bubbleprof, clinic-heapprofiler.',
  ],
  ['bench --quiet --verbose', "option '--quiet' cannot be used with option '--verbose'", SEE_HELP],
  [
    'bench --url ftp://me:secret@host',
    '--url: "ftp://host" is not an http or https URL',
    'Give something like http://localhost:3000 or https://api.example.com/v1.',
  ],
  [
    'bench --timeout 0s',
    '--timeout: "0s" is not a time from 1 ms to 24 h',
    'Give milliseconds, or a number with ms, s, min or h after it.',
  ],
  ['bench --rate 0', '--rate: "0" is not a number from 0.001 to 1000000', null],
  [
    'bench --arrivals poisson',
    '--arrivals is for a run with --rate',
    'Give the jobs per second as well: --rate 100.',
  ],
  [
    'profile --rate 5 --arrivals evenly',
    '--arrivals: "evenly" is not uniform or poisson',
    'Known: uniform, poisson.',
  ],
  [
    'bench --rate 5 --rate-limit 9',
    "option '--rate <n>' cannot be used with option '--rate-limit <n>'",
    SEE_HELP,
  ],
  [
    'report latest --output x',
    '--output is for --compare, --cpuprofile and --card',
    'The report of a run lies in its folder, and is about its jobs.',
  ],
  [
    'report --jobs 5',
    '--jobs is for --cpuprofile',
    'The report of a run lies in its folder, and is about its jobs.',
  ],
  [
    'report latest --cpuprofile a',
    '--cpuprofile and the run "latest" are two reports',
    'Name what is to be drawn after the option, and nothing else.',
  ],
  ['report --cpuprofile a --jobs 0', '--jobs: "0" is not a whole number from 1 to 1000000000', null],
  [
    'report --cpuprofile a --compare b c',
    "option '--compare <runs...>' cannot be used with option '--cpuprofile <files...>'",
    SEE_HELP,
  ],
  [
    'serve --distribution uniform --jitter 2',
    '--jitter: a uniform distribution allows at most 0.577: above that it would reach below zero',
    null,
  ],
];

const HELP = [
  '--help',
  'bench --help',
  'profile --help',
  'compare --help',
  'sweep --help',
  'record --help',
  'report --help',
  'export --help',
  'serve -h',
];

describe('command lines', () => {
  const lines = [...BAD.map(([line]) => line), ...HELP, '--version'];
  const ended = new Map<string, EndedLine>();
  let left: string[] = [];

  before(async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'threadmill-usage-'));
    const results = await commandLines(
      lines.map((line) => line.split(' ')),
      cwd,
    );
    for (const [index, line] of lines.entries()) ended.set(line, results[index]!);
    left = await readdir(cwd);
    await rm(cwd, { recursive: true });
  });

  for (const [line, message, advice] of BAD) {
    test(`${line}: one message, exit code 1`, () => {
      const stderr = `threadmill: ${message}\n${advice === null ? '' : `  ${advice}\n`}`;
      assert.deepEqual(ended.get(line), { code: 1, stdout: '', stderr });
    });
  }

  for (const line of HELP) {
    test(`${line} has examples`, () => {
      const { code, stdout, stderr } = ended.get(line)!;
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /^Usage: threadmill/);
      assert.match(stdout, /\nExamples:\n(?: {2}.*:\n {4}\$ threadmill .*\n)+/);
    });
  }

  test('--version: that of package.json', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(ended.get('--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('none of them writes a file', () => assert.deepEqual(left, []));

  test('without a command help is shown on stderr, as wrong usage', async (t) => {
    const [result] = await commandLines([[]], await temporaryFolder(t));
    assert.deepEqual([result!.code, result!.stdout], [1, '']);
    assert.match(result!.stderr, /^Usage: threadmill/);
  });

  test('bench --out with a file for a folder: exit code 1, and the file is named', async (t) => {
    const cwd = await temporaryFolder(t);
    await writeFile(join(cwd, 'out'), '');
    const [result] = await commandLines([['bench', '--out', 'out', '--quiet']], cwd);
    assert.deepEqual([result!.code, result!.stdout], [1, '']);
    assertNames(complaintOf(result!), join(cwd, 'out'), '--out');
  });

  test('report where there is no run: exit code 1, and nothing is written', async (t) => {
    const cwd = await temporaryFolder(t);
    const [result] = await commandLines([['report']], cwd);
    assertNames(result!.stderr, /^threadmill: .*profiles\n/, '`threadmill bench`');
    assert.equal(result!.code, 1);
    assert.deepEqual(await readdir(cwd), []);
  });

  test('THREADMILL_DEBUG: a stack trace below the message', async (t) => {
    const line = ['bench', '--jobs', 'x'];
    const [result] = await commandLines([line], await temporaryFolder(t), { THREADMILL_DEBUG: '1' });
    assert.match(result!.stderr, /\n {4}at /);
  });

  test('every example is a command line that is understood', async () => {
    const help = await import('../../src/cli/help.ts');
    const main = [help.BENCH_EXAMPLES, help.PROFILE_EXAMPLES, help.COMPARE_EXAMPLES].flat();
    const { Command } = await import('commander');
    const { addRunOptions } = await import('../../src/cli/run-options.ts');
    const { addCompareOptions } = await import('../../src/cli/compare.ts');
    for (const [, line] of main) {
      // A quoted argument is one; what is sent to a file goes nowhere here.
      const words = [...line.replace(/ > [\w.]+$/, '').matchAll(/'([^']*)'|\S+/g)];
      const [, kind, ...argv] = words.map(([word, quoted]) => quoted ?? word);
      assert.ok(kind === 'bench' || kind === 'profile' || kind === 'compare', line);
      const command =
        kind === 'compare' ? addCompareOptions(new Command()) : addRunOptions(new Command(kind), kind);
      assert.doesNotThrow(() => command.exitOverride().parse(argv, { from: 'user' }), line);
    }
  });
});
