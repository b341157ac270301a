import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STOPPED } from '../../../../src/types/outcomes.ts';
import { block, outcomes, variant } from '../../../fixtures/runs/records.ts';
import { codesOf, warned } from '../../../support/warned.ts';

test('nothing to warn of, and a run without a block', () => {
  assert.deepEqual(codesOf({}), []);
  assert.deepEqual(codesOf({ variants: [variant('sequential', { blocks: [], summary: null })] }), []);
});

test('failed jobs, by kind and out of how many', () => {
  const failed = block({ outcomes: outcomes({ ok: 37, timeout: 2, reset: 1 }) });
  const [warning, ...more] = warned({ variants: [variant('event-loop', { blocks: [block(), failed] })] });
  assert.deepEqual(more, []);
  assert.equal(warning?.code, 'jobs-failed');
  assert.equal(warning?.message, '3 of 80 jobs did not end ok: 2 timeout, 1 reset');
  assert.equal(warning?.variant, 'event-loop');
});

test('jobs that found no file descriptor or port left: the advice says what to do', () => {
  const failed = block({ outcomes: outcomes({ ok: 36, reset: 1, 'client-exhausted': 3 }) });
  const [warning] = warned({ variants: [variant('event-loop', { blocks: [failed] })] });
  assert.equal(warning?.message, '4 of 40 jobs did not end ok: 1 reset, 3 client-exhausted');
  assert.match(
    warning?.advice ?? '',
    /^This machine ran out of file descriptors or local ports: .*ulimit -n/,
  );
});

test('jobs that a schedule gave up did not fail: another warning is about them', () => {
  const given = { p50: 1, p90: 1, p99: null, p999: null, max: 1 };
  const late = block({
    outcomes: outcomes({ ok: 30, 'not-started': 10 }),
    open: {
      responseMs: given,
      meanResponseMs: 50,
      latenessMs: given,
      offeredPerSecond: 500,
      achievedPerSecond: 80,
      unsent: 10,
    },
  });
  assert.deepEqual(codesOf({ variants: [variant('event-loop', { blocks: [late] })] }), ['rate-not-held']);
  const failed = { ...late, outcomes: outcomes({ ok: 29, timeout: 1, 'not-started': 10 }) };
  const [warning] = warned({ variants: [variant('event-loop', { blocks: [failed] })] });
  assert.equal(warning?.message, '1 of 40 jobs did not end ok: 1 timeout');
});

test('of a run that was stopped only what was whole counts, and nobody is told to take more rounds', () => {
  const cut = block({ wallMs: null, lost: STOPPED, outcomes: outcomes({ ok: 5, aborted: 35 }) });
  const failed = block({ outcomes: outcomes({ ok: 38, timeout: 2 }) });
  const variants = [variant('event-loop', { blocks: [failed, cut] })];
  const [warning, ...more] = warned({ status: 'aborted', variants });
  assert.deepEqual(more, []);
  assert.equal(warning?.message, '2 of 40 jobs did not end ok: 2 timeout');
  assert.ok(
    codesOf({ status: 'aborted', variants: [variant('event-loop', { blocks: [cut] })] }).length === 0,
  );
});

test('a lost runner', () => {
  const [warning] = warned({
    variants: [variant('worker-pool', { state: 'lost', lostReason: 'was killed' })],
  });
  assert.deepEqual(
    [warning?.code, warning?.message, warning?.variant],
    ['runner-lost', 'its runner was killed', 'worker-pool'],
  );
});

test('results that differ', () => {
  const equivalence = { baseline: 'sequential', compared: 8, mismatches: 1, examples: [] } as const;
  const [warning] = warned({ equivalence: { ...equivalence, examples: [] } });
  assert.equal(warning?.code, 'responses-differ');
  assert.equal(warning?.message, '1 of 8 results differ from those of sequential');
});

test('connections within blocks, of several variants in one warning', () => {
  const opening = (connectionsOpened: number) => [
    block({ connectionsOpened }),
    block({ connectionsOpened: 1 }),
  ];
  const one = warned({ variants: [variant('event-loop', { blocks: opening(2) })] });
  assert.deepEqual(
    one.map(({ code, message, variant }) => [code, message, variant]),
    [['connections-in-block', 'connections were opened within timed blocks: 3', 'event-loop']],
  );
  const two = warned({
    variants: [
      variant('event-loop', { blocks: opening(2) }),
      variant('worker-pool', { blocks: opening(1_999) }),
    ],
  });
  assert.deepEqual(
    two.map(({ message, variant }) => [message, variant]),
    [['connections were opened within timed blocks: 3 (event-loop), 2,000 (worker-pool)', null]],
  );
  assert.deepEqual(
    codesOf({ variants: [variant('event-loop', { blocks: [block({ connectionsOpened: null })] })] }),
    [],
  );
});

test('connections that failures forced open are not warned of twice', () => {
  const failed = block({ outcomes: outcomes({ ok: 39, reset: 1 }), connectionsOpened: 2 });
  assert.deepEqual(codesOf({ variants: [variant('event-loop', { blocks: [failed] })] }), ['jobs-failed']);
});
