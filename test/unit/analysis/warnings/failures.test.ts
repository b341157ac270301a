import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STOPPED } from '../../../../src/core/outcomes.ts';
import { outcomes, record, trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

test('nothing to warn of, and a run without a trial', () => {
  assert.deepEqual(codesOf({}), []);
  assert.deepEqual(codesOf({ variants: [variant('sequential', { trials: [], summary: null })] }), []);
});

test('failed jobs, by kind and out of how many', () => {
  const failed = trial({ outcomes: outcomes({ ok: 37, timeout: 2, reset: 1 }) });
  const [warning, ...more] = warned({ variants: [variant('event-loop', { trials: [trial(), failed] })] });
  assert.deepEqual(more, []);
  assert.equal(warning?.code, 'jobs-failed');
  assertNames(warning.message, '3 of 80 jobs', '2 timeout', '1 reset');
  assert.equal(warning?.variant, 'event-loop');
});

test('jobs that found no file descriptor or port left: the advice says what to do', () => {
  const told = { position: 0, item: 0, name: 'a', input: null, status: null, code: 'EMFILE', message: 'm' };
  const failed = trial({
    outcomes: outcomes({ ok: 36, reset: 1, 'client-exhausted': 3 }),
    errors: [{ ...told, outcome: 'client-exhausted' }],
  });
  const [warning] = warned({ variants: [variant('event-loop', { trials: [failed] })] });
  assertNames(warning!.message, '4 of 40 jobs', '1 reset', '3 client-exhausted');
  assertNames(warning!.advice, 'client-exhausted', 'ulimit -n');
});

test('stale connections are no fault of the server: the advice is about keep-alive timeouts', () => {
  const advice = (outcome: 'reset' | 'stale-connection') => {
    const told = { position: 0, item: 0, name: 'a', input: null, status: null, code: null, message: 'm' };
    const errors = [{ ...told, outcome }];
    const trials = [trial({ outcomes: outcomes({ ok: 38, [outcome]: 2 }), errors })];
    return warned({ variants: [variant('sequential', { trials })] })[0]?.advice ?? '';
  };
  const stale = advice('stale-connection');
  assertNames(stale, 'stale-connection', 'server.keepAliveTimeout', '--no-keep-alive', '`sequential`');
  assert.doesNotMatch(advice('reset'), /keep-alive/);
});

test('failed jobs of several variants are one warning', () => {
  const failed = (timeout: number) => trial({ outcomes: outcomes({ ok: 40 - timeout, timeout }) });
  const warnings = warned({
    variants: [
      variant('sequential'),
      variant('event-loop', { trials: [failed(2), trial()] }),
      variant('worker-pool', { trials: [failed(40)] }),
    ],
  });
  assert.deepEqual(
    warnings.map(({ code, variant }) => [code, variant]),
    [['jobs-failed', null]],
  );
  assertNames(warnings[0]!.message, '42 of 120 jobs', '42 timeout', '(event-loop 2, worker-pool 40)');
});

test('failed jobs: more rounds are no advice', () => {
  const failed = trial({ outcomes: outcomes({ ok: 38, timeout: 2 }) });
  const short = { rounds: { completed: 3, endedBy: 'rounds', looks: 0, halfWidth: null } } as const;
  const variants = [variant('sequential'), variant('event-loop', { trials: [failed, trial(), trial()] })];
  const comparisons = [{ ...record().comparisons[0]!, reason: 'too-few-rounds' as const, minRounds: 6 }];
  assert.deepEqual(codesOf({ ...short, comparisons, variants }), ['jobs-failed']);
  assert.deepEqual(codesOf({ ...short, comparisons }), ['too-few-rounds']);
});

test('failed jobs: the advice is about what made them fail', () => {
  const adviceOn = (error: { readonly status?: number; readonly code?: string }) => {
    const { status = null, code = null } = error;
    const told = { position: 0, item: 0, name: 'a', input: null, outcome: 'threw', message: 'm' } as const;
    const failed = trial({ outcomes: outcomes({ ok: 39, threw: 1 }), errors: [{ ...told, status, code }] });
    return warned({ variants: [variant('event-loop', { trials: [failed] })] })[0]!.advice;
  };
  assert.doesNotMatch(adviceOn({}), /--rate-limit|NODE_EXTRA_CA_CERTS/);
  for (const status of [429, 503]) assert.match(adviceOn({ status }), /--rate-limit/);
  assert.doesNotMatch(adviceOn({ status: 500 }), /--rate-limit/);
  for (const code of ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'DEPTH_ZERO_SELF_SIGNED_CERT']) {
    assert.match(adviceOn({ code }), /NODE_EXTRA_CA_CERTS/);
  }
  assert.doesNotMatch(adviceOn({ code: 'CERT_HAS_EXPIRED' }), /NODE_EXTRA_CA_CERTS/);
});

test('jobs that a schedule gave up did not fail: another warning is about them', () => {
  const given = { p50: 1, p90: 1, p99: null, p999: null, max: 1 };
  const late = trial({
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
  assert.deepEqual(codesOf({ variants: [variant('event-loop', { trials: [late] })] }), ['rate-not-held']);
  const failed = { ...late, outcomes: outcomes({ ok: 29, timeout: 1, 'not-started': 10 }) };
  const [warning] = warned({ variants: [variant('event-loop', { trials: [failed] })] });
  assertNames(warning!.message, '1 of 40 jobs', '1 timeout');
});

test('of a run that was stopped only what was whole counts, and nobody is told to take more rounds', () => {
  const cut = trial({ wallMs: null, lost: STOPPED, outcomes: outcomes({ ok: 5, aborted: 35 }) });
  const failed = trial({ outcomes: outcomes({ ok: 38, timeout: 2 }) });
  const variants = [variant('event-loop', { trials: [failed, cut] })];
  const [warning, ...more] = warned({ status: 'aborted', variants });
  assert.deepEqual(more, []);
  assertNames(warning!.message, '2 of 40 jobs', '2 timeout');
  assert.ok(
    codesOf({ status: 'aborted', variants: [variant('event-loop', { trials: [cut] })] }).length === 0,
  );
});

test('a lost runner', () => {
  const [warning] = warned({
    variants: [variant('worker-pool', { state: 'lost', lostReason: 'was killed' })],
  });
  assert.deepEqual([warning?.code, warning?.variant], ['runner-lost', 'worker-pool']);
  assertNames(warning!.message, 'was killed');
});

test('results that differ', () => {
  const equivalence = { baseline: 'sequential', compared: 8, mismatches: 1, examples: [] } as const;
  const [warning] = warned({ equivalence: { ...equivalence, examples: [] } });
  assert.equal(warning?.code, 'responses-differ');
  assertNames(warning!.message, '1 of 8 results', 'sequential');
});

test('connections within trials, of several variants in one warning', () => {
  const opening = (connectionsOpened: number) => [
    trial({ connectionsOpened }),
    trial({ connectionsOpened: 1 }),
  ];
  const one = warned({ variants: [variant('event-loop', { trials: opening(2) })] });
  assert.deepEqual(
    one.map(({ code, variant }) => [code, variant]),
    [['connections-in-trial', 'event-loop']],
  );
  assertNames(one[0]!.message, /\b3$/);
  const two = warned({
    variants: [
      variant('event-loop', { trials: opening(2) }),
      variant('worker-pool', { trials: opening(1_999) }),
    ],
  });
  assert.deepEqual(
    two.map(({ variant }) => variant),
    [null],
  );
  assertNames(two[0]!.message, '3 (event-loop), 2,000 (worker-pool)');
  assert.deepEqual(
    codesOf({ variants: [variant('event-loop', { trials: [trial({ connectionsOpened: null })] })] }),
    [],
  );
});

test('connections that failures forced open are not warned of twice', () => {
  const failed = trial({ outcomes: outcomes({ ok: 39, reset: 1 }), connectionsOpened: 2 });
  assert.deepEqual(codesOf({ variants: [variant('event-loop', { trials: [failed] })] }), ['jobs-failed']);
});
