import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { CAPTURE_NAMES } from '../../src/core/captures.ts';
import { VARIANT_NAMES } from '../../src/core/variants.ts';
import { assertNames } from '../support/assert-names.ts';
import { complaintOf } from '../support/cli.ts';
import { commandLines, type EndedLine } from '../support/command-lines.ts';
import { assertGolden } from '../support/golden.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Wrong command lines, and what the message of each has to name: what is wrong, and what would be right. */
const BAD: readonly (readonly [string, ...string[]])[] = [
  ['bnech', 'bnech', 'bench', 'threadmill --help'],
  ['bench --job 3', '--job', '--jobs'],
  ['bench --jobs', '--jobs'],
  ['bench --jobs abc', '--jobs', '"abc"', '1', '10000000'],
  ['bench --jobs 0', '--jobs', '"0"', '1', '10000000'],
  ['bench --workers -1', '--workers', '"-1"', '1', '1024'],
  ['bench --seed 4294967296', '--seed', '"4294967296"', '4294967295'],
  ['bench --jitter 11', '--jitter', '"11"', '0', '10'],
  ['bench extra', 'bench', 'arguments'],
  ['bench --variants sequental', '--variants', '"sequental"', '"sequential"', ...VARIANT_NAMES],
  ['bench --variants a', '--variants', '"a"', ...VARIANT_NAMES],
  ['bench --variants sequential,sequential', '--variants', '"sequential"'],
  ['sweep --concurrency 1..', '--concurrency', '"1.."', '1..256'],
  ['sweep --cpu 0..8', '--cpu', '"0..8"', '0,1..16'],
  ['sweep --concurrency 8', '--concurrency 1..64'],
  ['sweep --aa', '--aa', 'threadmill bench', 'threadmill profile'],
  ['bench --captures 0x', '--captures', 'threadmill profile'],
  ['bench --max-rate 5', '--max-rate', '--rate-limit'],
  ['bench --check', '--check', '--aa'],
  ['profile --captures flame', '--captures', '"flame"', '"clinic-flame"', ...CAPTURE_NAMES],
  ['bench --quiet --verbose', '--quiet', '--verbose'],
  ['bench --url ftp://me:secret@host', '--url', '"ftp://host"', 'https://'],
  ['bench --timeout 0s', '--timeout', '"0s"', '1 ms', '24 h'],
  ['bench --rate 0', '--rate', '"0"', '0.001', '1000000'],
  ['bench --arrivals poisson', '--arrivals', '--rate 100'],
  ['profile --rate 5 --arrivals evenly', '--arrivals', '"evenly"', 'uniform', 'poisson'],
  ['bench --rate 5 --rate-limit 9', '--rate ', '--rate-limit'],
  ['report latest --output x', '--output', '--compare', '--cpuprofile', '--card'],
  ['report --jobs 5', '--jobs', '--cpuprofile'],
  ['report latest --cpuprofile a', '--cpuprofile', '"latest"'],
  ['report --cpuprofile a --jobs 0', '--jobs', '"0"', '1', '1000000000'],
  ['report --cpuprofile a --compare b c', '--compare', '--cpuprofile'],
  ['serve --distribution uniform --jitter 2', '--jitter', 'uniform', '0.577'],
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

  for (const [line, ...names] of BAD) {
    test(`${line}: exit code 1, and one message that names what is wrong`, () => {
      const { code, stdout, stderr } = ended.get(line)!;
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^threadmill: .+\n(?: {2}.+\n)?$/);
      assertNames(stderr, ...names);
      assert.ok(!stderr.includes('secret'), stderr);
    });
  }

  test('their messages, to be read as a whole', () => {
    const texts = BAD.map(([line]) => `$ threadmill ${line}\n${ended.get(line)!.stderr}`);
    assertGolden('usage-errors.txt', texts.join('\n'));
  });

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
