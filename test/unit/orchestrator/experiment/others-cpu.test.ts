import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  othersCpuMs,
  othersShare,
  takenShare,
  withOthersCpu,
} from '../../../../src/analysis/warnings/machine.ts';
import type { TrialRecord } from '../../../../src/core/documents/run-record.ts';
import { trialNotBegun } from '../../../../src/orchestrator/experiment/lost-trial.ts';
import { trial as fixtureTrial, record, variant } from '../../../fixtures/runs/records.ts';

const trial = (changes: Partial<TrialRecord>): TrialRecord => ({
  ...trialNotBegun({ round: 1, order: 0, plan: new Uint32Array(4), reason: '', endNs: 0 }).record,
  cpuUserMs: 30,
  cpuSystemMs: 10,
  machine: { busyMs: 100, othersMs: null, stealMs: 0, pressureMs: null },
  server: { requests: 4, cpuMs: 25, eventLoopUtilization: 0.5 },
  ...changes,
});

test('what the machine used, without the runner and the embedded server', () => {
  assert.equal(othersCpuMs(trial({}), true), 100 - 30 - 10 - 25);
  assert.equal(withOthersCpu(trial({}), true).machine?.othersMs, 35);
  // An external server is one of the others, if it is on this machine.
  assert.equal(othersCpuMs(trial({ server: null }), false), 60);
});

test('ticks that fell short: negative in the sum, nothing in the record', () => {
  const short = trial({ machine: { busyMs: 60, othersMs: null, stealMs: 0, pressureMs: null } });
  assert.equal(othersCpuMs(short, true), -5);
  assert.equal(withOthersCpu(short, true).machine?.othersMs, 0);
});

test('unknown where a part of it is', () => {
  for (const changes of [{ machine: null }, { cpuUserMs: null }, { server: null }]) {
    assert.equal(othersCpuMs(trial(changes), true), null);
    assert.equal(withOthersCpu(trial(changes), true).machine?.othersMs ?? null, null);
  }
});

test('CPU that the run could not have: a server of one’s own on this machine, too, which no warning can name', () => {
  // Ten trials of a second on two CPUs. Others had 1,700 ms in each; ticks may be wrong by 63 ms in all.
  const machine = { busyMs: 1_740, othersMs: null, stealMs: 20, pressureMs: null };
  const trials = Array.from({ length: 10 }, (_, index) =>
    fixtureTrial({ round: index + 1, wallMs: 1_000, cpuUserMs: 30, cpuSystemMs: 10, machine }),
  );
  const run = record({
    variants: [variant('event-loop', { trials })],
    comparisons: [],
    server: { kind: 'external', url: 'http://localhost:3000', ceiling: null, drift: null },
  });
  assert.equal(othersShare(run), null);
  assert.equal(takenShare(run).toFixed(3), ((17_000 - 63.2) / 20_000 + 0.01).toFixed(3));
  const idle = { ...machine, busyMs: 40, stealMs: 0 };
  const quiet = record({
    ...{ variants: [variant('event-loop', { trials: trials.map((each) => ({ ...each, machine: idle })) })] },
    ...{ comparisons: [], server: run.server },
  });
  assert.equal(takenShare(quiet), 0);
  // Ten trials of 4 ms less than runner and server used, and 63 ms that ticks may be wrong by.
  const embedded = { ...quiet, server: record().server };
  const server = { requests: 1, cpuMs: 4, eventLoopUtilization: 0 };
  for (const each of embedded.variants[0]!.trials) Object.assign(each, { server });
  assert.equal(othersShare(embedded), 0);
});
