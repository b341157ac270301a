import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { compareResultSchema } from '../../src/core/documents/comparison.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, checkedRecord, complaintOf } from '../support/cli.ts';
import { commandLines, type EndedLine } from '../support/command-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Each job waits for as long as the environment says: the code that a pull request changes. */
const WORKLOAD = `
import { setTimeout as wait } from 'node:timers/promises';
import { defineWorkload } from 'threadmill';
export default defineWorkload({
  name: 'waits',
  jobs: 4,
  run: async ({ position }) => {
    await wait(Number(process.env.WAIT_MS));
    return position;
  },
});
`;
const BENCH =
  'bench --workload waits.ts --variants sequential,event-loop --rounds 6 --concurrency 4 --no-trace --quiet';

interface Ended {
  readonly code: number | null;
  readonly run: CliRun;
}

/** Ten times as long, and by more than a crowded machine adds to a trial: no noise hides that. */
async function bench(
  t: TestContext,
  waitMs: 20 | 200,
  more: readonly string[] = [],
  cwd?: string,
): Promise<Ended> {
  const options = { files: { 'waits.ts': WORKLOAD }, env: { WAIT_MS: String(waitMs) } };
  const run = await CliRun.start(
    t,
    [...BENCH.split(' '), ...more],
    cwd === undefined ? options : { ...options, cwd },
  );
  return { code: await run.ended, run };
}

const onOneLine = ({ stdout }: EndedLine) => stdout.replace(/\s+/g, ' ');

test('a run that got ten times as slow', async (t) => {
  const first = await bench(t, 20);
  assert.equal(first.code, 0, first.run.stderr);
  const { cwd } = first.run;
  const [quick = ''] = await first.run.runs();

  const second = await bench(t, 200, ['--baseline', 'latest', '--json'], cwd);
  assert.equal(second.code, 3, second.run.stderr);
  const record = checkedRecord(JSON.parse(second.run.stdout));
  const slow = record.id;
  const gates = ['--fail-if', 'regression > 30%', '--fail-if', 'event-loop.wall > 1min'];
  const lines = {
    people: [quick, 'latest'],
    backwards: [slow, quick],
    gated: [quick, slow, '--json', ...gates],
    allowed: [quick, slow, '--fail-if', 'regression > 5000%'],
    markdown: [quick, slow, '--markdown', '--fail-if', 'regression > 30%'],
    trials: [quick, slow, '--csv', 'trials'],
    jobs: [quick, slow, '--csv', 'jobs'],
    same: [quick, quick],
    unknown: [quick, '2019'],
    gate: [quick, slow, '--fail-if', 'worker-pool.wall > 1s'],
  };
  const ended = await commandLines(
    Object.values(lines).map((argv) => ['compare', ...argv]),
    cwd,
  );
  const compared = (name: keyof typeof lines) => ended[Object.keys(lines).indexOf(name)]!;

  await t.test('run.json says how it compares, and the exit code', () => {
    assert.equal(record.exitCode, 3);
    assert.equal(record.comparedWith?.before.id, quick);
    assert.deepEqual(
      record.comparedWith?.variants.map(({ name, change }) => [name, change.verdict]),
      [
        ['sequential', 'increased'],
        ['event-loop', 'increased'],
      ],
    );
    for (const { change } of record.comparedWith?.variants ?? []) {
      assert.ok(change.ratio !== null && change.ratio.low > 1.5 && change.ratio.high < 40);
    }
  });

  await t.test('compare says the same, for people', () => {
    const people = compared('people');
    assert.equal(people.code, 3, people.stderr);
    assert.match(onOneLine(people), /event-loop [^.]*\+[\d,]+(?:\.\d)?% \(9\d(?:\.\d)?% CI/);
    const width = Math.max(...people.stdout.split('\n').map((line) => line.length));
    assert.ok(width <= 100, String(width));
  });

  await t.test('the other way round it became faster', () => {
    const backwards = compared('backwards');
    assert.equal(backwards.code, 0, backwards.stdout);
    assert.match(onOneLine(backwards), /event-loop [^.]*−\d+(?:\.\d)?% \(9\d(?:\.\d)?% CI/);
  });

  await t.test('a gate that holds, one that does not, and the JSON of it', () => {
    const gated = compared('gated');
    assert.equal(gated.code, 99, gated.stderr);
    const result = compareResultSchema.parse(JSON.parse(gated.stdout));
    assert.equal(result.exitCode, 99);
    assert.deepEqual(
      result.gates.map(({ expression, outcome }) => [expression, outcome]),
      [
        ['regression > 30%', 'failed'],
        ['event-loop.wall > 1min', 'passed'],
      ],
    );
    assert.equal(compared('allowed').code, 0, compared('allowed').stdout);
  });

  await t.test('Markdown', () => {
    const { code, stdout } = compared('markdown');
    assert.equal(code, 99);
    assert.match(stdout, /^\| event-loop \| [\d.]+ ms \([\d.–]+ ms\) \| .* \| \*\*slower\*\* \|$/m);
    assert.match(stdout, /^- ✗ `regression > 30%`: failed: /m);
  });

  await t.test('trials and jobs as CSV', () => {
    const [trials, jobs] = [compared('trials'), compared('jobs')];
    assert.equal(trials.stdout.trimEnd().split('\r\n').length, 1 + 2 * 2 * 6);
    const [head = '', ...rows] = jobs.stdout.trimEnd().split('\r\n');
    assert.equal(rows.length, 2 * 2 * 6 * 4);
    const column = head.split(',').indexOf('latency_ms');
    const longest = rows.filter((row) => row.startsWith(slow)).map((row) => Number(row.split(',')[column]));
    assert.ok(
      longest.every((ms) => ms > 190),
      String(Math.min(...longest)),
    );
    assert.deepEqual([trials.code, jobs.code], [3, 3]);
  });

  await t.test('what can’t be compared is refused in one message', async (t) => {
    const [same, unknown, gate] = [compared('same'), compared('unknown'), compared('gate')];
    assertNames(complaintOf(same), quick);
    assertNames(complaintOf(unknown), '"2019"');
    assertNames(
      complaintOf(gate),
      '--fail-if "worker-pool.wall > 1s": worker-pool ',
      'sequential, event-loop',
    );
    assert.deepEqual([same.code, unknown.code, gate.code], [1, 1, 1]);
    const before = await first.run.runs();
    const other = await bench(t, 20, ['--baseline', quick, '--jobs', '2'], cwd);
    assert.equal(other.code, 1);
    assertNames(other.run.complaint(), /jobs [^;]* 4 and 2; concurrency 4 and 2\n/, quick);
    assert.deepEqual(await first.run.runs(), before, 'and no run is left');
  });
});

describe('gates of a run alone', { concurrency: 2 }, () => {
  test('one fails, and run.json says which', async (t) => {
    const gates = ['--details', '--fail-if', 'event-loop.wall > 1ms', '--fail-if', 'any.failed > 0'];
    const { code, run } = await bench(t, 20, gates);
    assert.equal(code, 99, run.stderr);
    const record = await run.record();
    assert.deepEqual(
      record.gates.map(({ outcome }) => outcome),
      ['failed', 'passed'],
    );
    assertNames(
      run.summary,
      /✗ event-loop\.wall > 1ms [^✓]*event-loop [\d.]+ ms \(95% CI/,
      /✓ any\.failed > 0 [^✗]*sequential 0, event-loop 0/,
    );
  });

  test('inconclusive: a percentile that so few jobs do not have', async (t) => {
    const { code, run } = await bench(t, 20, ['--fail-if', 'event-loop.p99 > 1min']);
    assert.equal(code, 4, run.stderr);
    const [gate] = (await run.record()).gates;
    assert.deepEqual(
      [gate?.outcome, gate?.variants.map(({ reason }) => reason)],
      ['inconclusive', ['too-few-jobs']],
    );
    assertNames(run.summary, '? event-loop.p99 > 1min');
  });

  const REFUSED = [
    [
      ['--fail-if', 'event-loop.wal > 1s'],
      ['"wal"', '"wall"', 'wall, speedup'],
    ],
    [
      ['--fail-if', 'evnt-loop.wall > 1s'],
      ['"evnt-loop"', '"event-loop"'],
    ],
    [['--fail-if', 'regression > 3%'], ['--fail-if "regression > 3%"']],
    [['--fail-if', 'worker-pool.wall > 1s'], ['--fail-if "worker-pool.wall > 1s": worker-pool ']],
    [
      ['--fail-if', 'any.response.p99 > 1s'],
      ['response.p99', 'schedule'],
    ],
    [
      ['--json', '--markdown'],
      ["'--json'", "'--markdown'"],
    ],
  ] as const;
  test('a gate that cannot be judged, or two formats for stdout, is refused before anything runs', async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'waits.ts'), WORKLOAD);
    const refused = await commandLines(
      REFUSED.map(([argv]) => [...BENCH.split(' '), ...argv]),
      folder,
    );
    for (const [index, [argv, facts]] of REFUSED.entries()) {
      assert.equal(refused[index]!.code, 1, argv.join(' '));
      assertNames(complaintOf(refused[index]!), ...facts);
    }
    assert.deepEqual(await readdir(folder), ['waits.ts']);
  });
});
