import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostBlock } from '../../../src/experiment/record.ts';
import { warningsOf } from '../../../src/experiment/warnings.ts';
import { noOutcomes, OUTCOMES } from '../../../src/types/outcomes.ts';
import {
  blockSchema,
  type RunRecord,
  runRecordSchema,
  type VariantRecord,
} from '../../../src/types/run-record.ts';
import { sampleRecord } from '../../support/sample-record.ts';

const block = (changes: object = {}) => ({
  ...lostBlock({ round: 1, order: 0 }, 4, ''),
  outcomes: { ...noOutcomes(), ok: 4 },
  wallMs: 10,
  threads: [],
  machine: null,
  server: null,
  connectionsOpened: 0,
  lost: null,
  ...changes,
});

function variantOf(changes: Partial<VariantRecord> = {}): VariantRecord {
  return {
    name: 'event-loop',
    threads: 1,
    concurrency: 4,
    startupMs: 1,
    processStartMs: 1,
    state: 'ready',
    lostReason: null,
    warmups: [],
    blocks: [block()],
    outliers: [],
    trace: null,
    summary: null,
    ...changes,
  };
}

/** What a record with these changes is warned of; the record is checked to be one that can be saved. */
function codesOf(changes: Partial<RunRecord>): string[] {
  const record = sampleRecord(changes);
  const warnings = warningsOf(record);
  runRecordSchema.parse({ ...record, warnings });
  assert.ok(warnings.every(({ message, advice }) => message !== '' && advice !== ''));
  return warnings.map(({ code }) => code);
}

test('nothing to warn of', () => {
  assert.deepEqual(codesOf({ variants: [variantOf()] }), []);
});

test('failed jobs, by kind and out of how many', () => {
  const outcomes = { ...noOutcomes(), ok: 1, timeout: 2, reset: 1 };
  const record = sampleRecord({ variants: [variantOf({ blocks: [block(), block({ outcomes })] })] });
  const [warning] = warningsOf(record);
  assert.equal(warning?.code, 'jobs-failed');
  assert.equal(warning?.message, '3 of 8 jobs did not end ok: 2 timeout, 1 reset');
  assert.equal(warning?.variant, 'event-loop');
});

test('a lost runner, connections within blocks, results that differ', () => {
  assert.deepEqual(codesOf({ variants: [variantOf({ state: 'lost', lostReason: 'was killed' })] }), [
    'runner-lost',
  ]);
  assert.deepEqual(codesOf({ variants: [variantOf({ blocks: [block({ connectionsOpened: 2 })] })] }), [
    'connections-in-block',
  ]);
  const equivalence = { baseline: 'sequential', compared: 8, mismatches: 1, examples: [] } as const;
  assert.deepEqual(codesOf({ equivalence: { ...equivalence, examples: [] } }), ['responses-differ']);
});

test('connections that failures forced open are not warned of twice', () => {
  const outcomes = { ...noOutcomes(), ok: 3, reset: 1 };
  assert.deepEqual(
    codesOf({ variants: [variantOf({ blocks: [block({ outcomes, connectionsOpened: 2 })] })] }),
    ['jobs-failed'],
  );
});

test('a server that was busy in the median block sets the pace', () => {
  const busy = (eventLoopUtilization: number) =>
    block({ server: { requests: 4, cpuMs: 1, eventLoopUtilization } });
  assert.deepEqual(codesOf({ variants: [variantOf({ blocks: [busy(0.95), busy(0.2), busy(0.97)] })] }), [
    'server-saturated',
  ]);
  assert.deepEqual(codesOf({ variants: [variantOf({ blocks: [busy(0.95), busy(0.2), busy(0.9)] })] }), []);
});

test('more threads than CPUs, and a busy machine', () => {
  assert.deepEqual(codesOf({ variants: [variantOf({ name: 'worker-pool', threads: 3 })] }), [
    'more-threads-than-cpus',
  ]);
  const environment = { ...sampleRecord().environment, backgroundLoad: 0.3 };
  assert.deepEqual(codesOf({ environment }), ['machine-busy']);
});

test('the record of a block whose runner died adds up to the plan and can be saved', () => {
  const lost = lostBlock({ round: 3, order: 1 }, 50, 'was killed by SIGKILL');
  blockSchema.parse(lost);
  assert.equal(
    OUTCOMES.reduce((sum, outcome) => sum + lost.outcomes[outcome], 0),
    50,
  );
  assert.deepEqual([lost.round, lost.order, lost.wallMs, lost.lost], [3, 1, null, 'was killed by SIGKILL']);
});
