import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { Outcome } from '../../src/core/outcomes.ts';
import { VARIANT_FACTS, type VariantName } from '../../src/core/variants.ts';
import { fillPlan } from '../../src/workload/plan.ts';
import { faultNamed } from '../faults/table.ts';
import { closedPort, HostileServer } from '../support/hostile-server.ts';
import { outcomesOf, RunnerBench, sumOf } from '../support/runner-bench.ts';
import { controlled, forEachVariant, JOBS, outcomeAt, SHAPES } from '../support/variant-suite.ts';

/**
 * One of each kind. They share their connections with the calm jobs, so none of them ends a connection before the
 * response: on a reused one that is `stale-connection`.
 */
const HOSTILE = [
  'status-503',
  'reset-in-body',
  'close-in-chunk',
  'stall-before-response',
  'stall-in-body',
  'drip-body',
  'no-version',
  'endless-chunks',
  'length-too-small',
  'length-too-large',
];

function hostile(variant: VariantName): void {
  test('every kind of trouble has its outcome, stops no other job, and all add up', async (t) => {
    const server = await HostileServer.start(t);
    const expected: Record<string, Outcome> = { refuse: 'connect-error' };
    for (const name of HOSTILE) expected[name] = faultNamed(name).outcomes[0]!;
    const names = Object.keys(expected);
    const workload = `
      import { httpWorkload, type WorkloadSettings } from 'threadmill';
      export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
        baseUrl,
        maxBodyBytes: 200_000,
        process: (response) => response.status,
        requests: [
          { name: 'refuse', path: '/', baseUrl: 'http://127.0.0.1:${await closedPort()}' },
          ...${JSON.stringify(HOSTILE)}.map((name) => ({ name, path: '/' + name + '/' })),
          { name: 'calm', path: '/calm', repeat: ${JOBS - names.length} },
        ],
      });`;
    const bench = await RunnerBench.start(t, {
      variant,
      workload,
      items: JOBS,
      baseUrl: server.url,
      // Those that are answered have to be in that time, beside three other variants.
      timeoutMs: 4_000,
    });
    const trial = await bench.trial();
    const rows = bench.rows();
    const plan = fillPlan(new Uint32Array(JOBS), JOBS, 1);
    const found: Record<string, string> = {};
    for (const [position, item] of plan.entries()) {
      const name = names[item] ?? 'calm';
      const outcome = outcomeAt(rows, position);
      if (name === 'calm') assert.equal(outcome, 'ok', `calm job at ${position}`);
      else found[name] = outcome;
      assert.ok(rows.end[position]! > rows.start[position]! && rows.start[position]! > 0);
    }
    assert.deepEqual(found, expected);
    assert.equal(sumOf(trial.outcomes), JOBS);
    assert.ok(trial.wallMs !== null, 'the trial came to its end');
    for (const { position, outcome, message, name } of trial.errors) {
      assert.equal(outcome, outcomeAt(rows, position));
      assert.ok(message !== '' && name !== '');
    }
    const named = new Set(trial.errors.map(({ outcome }) => outcome));
    assert.deepEqual(
      [...named].sort(),
      [...new Set(Object.values(expected))].filter((each) => each !== 'ok').sort(),
    );
    const busy = trial.errors.find(({ outcome }) => outcome === 'http-error');
    assert.deepEqual([busy?.status, busy?.message], [503, 'the server answered 503']);
  });
}

function ownCode(variant: VariantName): void {
  test('a job that throws, whatever and whenever, or never ends, is one row; the others go on', async (t) => {
    const control = {
      0: 'throw',
      3: 'reject',
      4: 'null',
      9: 'never',
      // A CPU part hears of no signal; and two that never end keep both threads from all others.
      ...(VARIANT_FACTS[variant].needsCpuPart ? {} : { 10: 'obedient' }),
      11: 'timeout',
      23: 'throw',
    };
    const { bench } = await controlled(t, variant, control, { timeoutMs: 3_000 });
    const trial = await bench.trial();
    const rows = bench.rows();
    const timeouts = Object.keys(control).length - 4;
    const outcomes = Object.keys(control).map((position) => outcomeAt(rows, Number(position)));
    assert.deepEqual(outcomes, [
      ...['threw', 'threw', 'threw'],
      ...Array.from({ length: timeouts }, () => 'timeout'),
      'threw',
    ]);
    assert.deepEqual(trial.outcomes, outcomesOf({ threw: 4, timeout: timeouts, ok: JOBS - 4 - timeouts }));
    assert.equal(rows.digest[5], crc32('{"square":25}'));
    const quoted = trial.errors.filter(({ outcome }) => outcome === 'threw');
    assert.deepEqual(
      quoted
        .map(({ position, code, message }) => [position, code, message] as const)
        .sort((a, b) => a[0] - b[0]),
      [
        [0, null, 'at once'],
        [3, 'E_OWN', 'later'],
        [4, null, 'null'],
        [23, null, 'at once'],
      ],
    );
    assert.equal((await bench.trial()).outcomes.timeout, timeouts, 'and so it is in the next trial');
  });
}

forEachVariant('trouble with servers and jobs', SHAPES, hostile, ownCode);
