import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import fc from 'fast-check';
import { axisValues } from '../../../src/cli/axis-values.ts';
import { addSweepOptions, type SweepOptions, toSweepRequest } from '../../../src/cli/sweep-options.ts';
import { duration, wholeNumber } from '../../../src/cli/values.ts';
import { experimentRequestSchema } from '../../../src/core/documents/request.ts';

const usage = (message: string | RegExp) => ({ code: 'usage', exitCode: 1, message });
const count = axisValues('--concurrency', wholeNumber('--concurrency', 1, 65_535));
const time = axisValues('--cpu', duration('--cpu', 0, 600_000));

describe('values of an axis', () => {
  test('lists and ranges, by hand', () => {
    assert.deepEqual(count('8'), [8]);
    assert.deepEqual(count('4, 1,2'), [1, 2, 4]);
    for (const range of ['1..16', '1...16', '1…16', '1 … 16'])
      assert.deepEqual(count(range), [1, 2, 4, 8, 16]);
    assert.deepEqual(count('1,2,4…32'), [1, 2, 4, 8, 16, 32]);
    assert.deepEqual(count('1..100'), [1, 2, 4, 8, 16, 32, 64, 100], 'the end belongs to it');
    assert.deepEqual(time('0,1..8'), [0, 1, 2, 4, 8]);
    assert.deepEqual(time('0.5..4'), [0.5, 1, 2, 4]);
    assert.deepEqual(time('500ms..2s'), [500, 1_000, 2_000]);
    assert.deepEqual(count('10_000,1e3'), [1_000, 10_000]);
  });

  test('what is wrong is said once, with what to write instead', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /^--concurrency: "" is not a whole number from 1 to 65535$/],
      ['1,,2', /^--concurrency: "" is not a whole number/],
      ['1,x', /^--concurrency: "x" is not a whole number/],
      ['0..8', /^--concurrency: "0" is not a whole number/],
      ['1..', /^--concurrency: "1\.\." is not a range$/],
      ['..8', /^--concurrency: "\.\.8" is not a range$/],
      ['1..2..4', /^--concurrency: "1\.\.2\.\.4" is not a range$/],
      ['8..1', /^--concurrency: "8\.\.1" is not a range: it ends where it begins or before$/],
      ['4..4', /it ends where it begins/],
      ['1..4,2', /^--concurrency: 2 is given twice$/],
      ['1,70000', /^--concurrency: "70000" is not/],
    ];
    for (const [given, message] of cases) assert.throws(() => count(given), usage(message), given);
    assert.throws(() => time('0..8'), usage('--cpu: "0..8" is not a range: 0 cannot be doubled'));
  });

  test('always ascending, none twice, with both ends; or refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }), (one, other) => {
        fc.pre(one !== other);
        const [low, high] = one < other ? [one, other] : [other, one];
        const values = count(`${low}..${high}`);
        assert.deepEqual([values[0], values.at(-1)], [low, high]);
        for (const [index, value] of values.slice(1).entries()) {
          assert.ok(value > values[index]! && value <= 2 * values[index]!);
        }
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (given) => {
        try {
          const values = count(given);
          assert.deepEqual(
            values,
            [...new Set(values)].sort((a, b) => a - b),
          );
        } catch (thrown) {
          assert.equal((thrown as { code?: string }).code, 'usage', String(thrown));
        }
      }),
    );
  });
});

function request(line: string) {
  const command = addSweepOptions(new Command('sweep')).exitOverride();
  const argv = line === '' ? [] : line.split(' ');
  return toSweepRequest(command.parse(argv, { from: 'user' }).opts<SweepOptions>(), ['sweep', ...argv]);
}

describe('options of a sweep', () => {
  test('defaults', () => {
    const { base, axes, fresh } = request('');
    assert.deepEqual(axes, [{ name: 'concurrency', values: [1, 2, 4, 8, 16, 32, 64] }]);
    assert.equal(fresh, false);
    assert.deepEqual(experimentRequestSchema.parse(base), base);
    const { variants, jitter, maxTimeMs, rounds, trace, aa, jobs, captures } = base;
    assert.deepEqual(variants, ['event-loop', 'worker-pool', 'worker-pool-batched']);
    assert.deepEqual(
      [jitter, maxTimeMs, rounds, trace, aa, jobs, captures],
      [0, 12_000, null, false, false, null, []],
    );
  });

  test('lists are axes, in the order of the map; single values hold at every point', () => {
    const { base, axes } = request(
      '--concurrency 4,8 --cpu 0,5ms --latency 20 --workers 3 --jitter 0.1 --fresh',
    );
    assert.deepEqual(
      axes.map(({ name, values }) => [name, values]),
      [
        ['cpu', [0, 5]],
        ['concurrency', [4, 8]],
      ],
    );
    assert.deepEqual(
      [base.latencyMs, base.workers, base.jitter, base.concurrency, base.cpuMs],
      [20, 3, 0.1, null, 0],
    );
  });

  test('workers of a queue are an axis of distributed-queue; a rate may be asked about', () => {
    const { base, axes, targetRate } = request('--queue-workers 1..4 --concurrency 8 --target-rate 1000');
    assert.deepEqual(axes, [{ name: 'queue-workers', values: [1, 2, 4] }]);
    assert.deepEqual(
      [base.variants, base.queueWorkers, base.concurrency, targetRate],
      [['distributed-queue'], null, 8, 1_000],
    );
    const single = request('--queue-workers 2 --variants distributed-queue');
    assert.deepEqual(
      [single.base.queueWorkers, single.axes[0]?.name, single.targetRate],
      ['2', 'concurrency', null],
    );
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['--queue-workers external:2', /^--queue-workers: "external:2" is not a whole number from 1 to 1024$/],
      ['--queue-workers 1,2 --variants event-loop', /^--queue-workers has no effect on event-loop$/],
      ['--cpu 1,2 --target-rate 5', /^--target-rate is for a sweep of --queue-workers$/],
      [
        '--queue-workers 1,1024 --concurrency 100',
        /^--queue-workers: 1024 workers with a concurrency of 100 each/,
      ],
      ['--queue-workers 1,4 --jobs 255', /^--jobs: 255 jobs are too few for a concurrency of 64$/],
    ];
    for (const [line, message] of wrong) assert.throws(() => request(line), usage(message), line);
  });

  test('another axis leaves the concurrency as it is', () => {
    const { base, axes } = request('--cpu 1,2 --concurrency 16');
    assert.deepEqual([axes.map(({ name }) => name), base.concurrency], [['cpu'], 16]);
    assert.equal(
      request('--cpu 20').axes[0]?.name,
      'concurrency',
      'without any list there is the default one',
    );
  });

  test('what cannot be a sweep', () => {
    const cases: readonly (readonly [string, string | RegExp])[] = [
      ['--concurrency 16', 'there is nothing to sweep: no option has several values'],
      [
        '--concurrency 1,2 --cpu 1,2 --latency 1,2',
        '--cpu, --latency, --concurrency: a sweep has one or two axes, not 3',
      ],
      [
        '--cpu 1..600000 --latency 1..600000',
        /^--cpu × --latency: 21 × 21 values are 441 points, more than 200$/,
      ],
      ['--concurrency 1,2 --workers 4,8', /no point has a concurrency as high as its threads$/],
      ['--concurrency 1..64 --jobs 200', '--jobs: 200 jobs are too few for a concurrency of 64'],
      ['--workers 1..8 --concurrency 4', '--workers: 8 threads cannot share a concurrency of 4'],
      ['--workers 1..8 --jobs 16', '--jobs: 16 jobs cannot show 8 threads'],
      ['--workers 1,2 --variants sequential,event-loop', '--workers has no effect on sequential, event-loop'],
      ['--variants sequential', '--concurrency has no effect on sequential'],
    ];
    for (const [line, message] of cases) assert.throws(() => request(line), usage(message), line);
    assert.equal(request('--concurrency 1..64 --jobs 256').base.jobs, 256);
  });

  test('every example of its help is a sweep', async () => {
    const { SWEEP_EXAMPLES } = await import('../../../src/cli/help.ts');
    for (const [, line] of SWEEP_EXAMPLES) {
      assert.match(line, /^threadmill sweep/);
      assert.ok(request(line.replace(/^threadmill sweep ?/, '')).axes.length > 0, line);
    }
  });

  test('passwords stay out of the command line', () => {
    const { base } = request('--url http://me:hunter22@h/ --latency 1,2');
    assert.ok(!base.commandLine.includes('hunter22') && base.url?.includes('hunter22'));
  });
});
