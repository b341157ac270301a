import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  evaluateRecordingGate,
  parseRecordingGate,
  type RecordingGate,
  recordingExitCode,
  stallMsFor,
} from '../../../../src/analysis/recording/gates.ts';
import type { Recording } from '../../../../src/core/documents/recording.ts';
import { recordingOf } from '../../../support/sample-recording.ts';

const RECORDING = recordingOf(
  [
    { busyMs: 900, gc: { count: 9, totalMs: 180, longestMs: 30 }, cpuMs: 600, cpuWaitMs: 200 },
    { busyMs: 300, lag: { meanMs: 1, maxMs: 80 } },
  ],
  {
    stalls: [
      {
        ...{ thread: 0, startUs: 1_000, endUs: 251_000, over: true, cpuMs: 250, cpuWaitMs: 0, kind: 'cpu' },
        ...{ function: null, share: null, stack: [], requests: 0, moreRequests: false },
      },
    ],
  },
);

function gate(expression: string, recording: Recording = RECORDING) {
  const parsed = parseRecordingGate(expression);
  assert.ok('threshold' in parsed, JSON.stringify(parsed));
  return evaluateRecordingGate(parsed, recording);
}

describe('gates of a recording', () => {
  for (const [expression, value, outcome] of [
    ['stall>200ms', 250, 'failed'],
    ['stall > 0.3s', 250, 'passed'],
    ['lag >= 80ms', 80, 'failed'],
    ['busy>90%', 90, 'passed'],
    ['busy >= 90%', 90, 'failed'],
    ['gc>10%', 15, 'failed'],
    ['cpu-wait < 30%', 25, 'failed'],
  ] as const) {
    test(`${expression} at ${value}: ${outcome}`, () => {
      const result = gate(expression);
      assert.equal(result.value, value);
      assert.equal(result.outcome, outcome);
    });
  }

  test('busy: a worker that lived for a hundredth of the time does not decide it', () => {
    const brief = { busyMs: 10, sampledMs: 10 };
    assert.equal(gate('busy>90%', recordingOf([{ busyMs: 300 }, brief])).value, 30);
  });

  test('gates on stalls lower the shortest stall that is recorded to their threshold, and to 5 ms at least', () => {
    const gates = (...expressions: string[]) =>
      expressions.map((each) => parseRecordingGate(each)) as RecordingGate[];
    assert.equal(stallMsFor(gates('stall > 20ms', 'stall > 10ms', 'lag > 1ms'), 50), 10);
    assert.equal(stallMsFor(gates('stall > 200ms'), 50), 50);
    assert.equal(stallMsFor(gates('stall >= 0ms'), 50), 5);
  });

  test('what was not recorded is inconclusive', () => {
    const blind = recordingOf([{ lag: null, sampledMs: 0 }]);
    for (const expression of ['stall>1ms', 'lag>1ms', 'busy>1%', 'gc>1%', 'cpu-wait>1%']) {
      assert.deepEqual(
        [gate(expression, blind).outcome, gate(expression, blind).value],
        ['inconclusive', null],
      );
    }
    assert.equal(recordingExitCode([gate('lag>1ms', blind)]), 4);
    assert.equal(recordingExitCode([gate('lag>1ms', blind), gate('stall>200ms')]), 99);
    assert.equal(recordingExitCode([]), 0);
  });

  test('bad input: the problem names the word, and what is known', () => {
    for (const [expression, word] of [
      ['stal>200ms', 'stal'],
      ['toString>1ms', 'toString'],
      ['stall>200', null],
      ['busy>1ms', null],
      ['stall', null],
    ] as const) {
      const parsed = parseRecordingGate(expression);
      assert.ok('known' in parsed, expression);
      assert.equal(parsed.word, word);
    }
  });
});
