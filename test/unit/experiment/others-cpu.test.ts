import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockNotBegun } from '../../../src/experiment/lost-block.ts';
import { othersCpuMs, withOthersCpu } from '../../../src/experiment/others-cpu.ts';
import type { BlockRecord } from '../../../src/types/run-record.ts';

const block = (changes: Partial<BlockRecord>): BlockRecord => ({
  ...blockNotBegun({ round: 1, order: 0, jobs: 4, reason: '', endNs: 0 }).record,
  cpuUserMs: 30,
  cpuSystemMs: 10,
  machine: { busyMs: 100, othersMs: null, stealMs: 0, pressureMs: null },
  server: { requests: 4, cpuMs: 25, eventLoopUtilization: 0.5 },
  ...changes,
});

test('what the machine used, without the runner and the embedded server', () => {
  assert.equal(othersCpuMs(block({}), true), 100 - 30 - 10 - 25);
  assert.equal(withOthersCpu(block({}), true).machine?.othersMs, 35);
  // A foreign server is one of the others, if it is on this machine.
  assert.equal(othersCpuMs(block({ server: null }), false), 60);
});

test('ticks that fell short: negative in the sum, nothing in the record', () => {
  const short = block({ machine: { busyMs: 60, othersMs: null, stealMs: 0, pressureMs: null } });
  assert.equal(othersCpuMs(short, true), -5);
  assert.equal(withOthersCpu(short, true).machine?.othersMs, 0);
});

test('unknown where a part of it is', () => {
  for (const changes of [{ machine: null }, { cpuUserMs: null }, { server: null }]) {
    assert.equal(othersCpuMs(block(changes), true), null);
    assert.equal(withOthersCpu(block(changes), true).machine?.othersMs ?? null, null);
  }
});
