import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RECORDING_LIMITS, type RecordingEvents } from '../../../../src/core/documents/recording.ts';
import { TIMELINE_LIMITS } from '../../../../src/profile/timeline/build-timeline.ts';
import { RecordingTimeline } from '../../../../src/profile/timeline/recording-timeline.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { profileOf } from '../../../support/profiles.ts';
import { recordingOf } from '../../../support/sample-recording.ts';

const EVENTS: RecordingEvents = { schemaVersion: 2, threads: [], spans: [] };
const list = (values: Float64Array): number[] => [...values];

describe('the timeline of a recording', () => {
  test('lag: each value is drawn over the time it is of, from the thread’s start; none without an agent', () => {
    const lag = [400_000, 7_000, 900_000, 300_000];
    const threads = [{ thread: 0, gc: [], lag }];
    const recording = recordingOf([{ startUs: 100_000 }, { lag: null }]);
    const [main, worker] = new RecordingTimeline(recording, { ...EVENTS, threads }).timeline().threads;
    assert.deepEqual(list(main!.delayUs!.atUs), [100_000, 400_000]);
    assert.deepEqual(list(main!.delayUs!.value), [7_000, 300_000]);
    assert.equal(worker!.delayUs, null);
  });

  test('what is left out is said: requests, garbage collections, and lag before its last 20,000 values', () => {
    const ticks = RECORDING_LIMITS.ticksOfThread;
    const lag = Array.from({ length: ticks }, (_, i) => [10 * (i + 1), i]).flat();
    const events: RecordingEvents = {
      ...EVENTS,
      threads: [{ thread: 0, gc: [5, 9], lag }],
      spans: [{ thread: 0, kind: 'http-in', target: 'GET /', startUs: 0, endUs: 5_000 }],
    };
    const gc = { count: 3, totalMs: 1, longestMs: 1 };
    const wait = { target: 'GET /', site: null, count: 70, failed: 0, totalMs: 9, maxMs: 5 };
    const recording = recordingOf([{ gc }], { waits: [{ ...wait, kind: 'http-in' }] });
    const { notes, threads } = new RecordingTimeline(recording, events).timeline();
    assert.equal(notes.length, 3);
    assertNames(notes[0]!, '1 of 70 requests');
    assertNames(notes[1]!, 'main', /\b1 longest of 3\b/);
    assertNames(notes[2]!, 'main', '20,000');
    // The time that the first value is of begins at a tick that was cut off.
    assert.deepEqual([threads[0]!.delayUs!.atUs[0], threads[0]!.delayUs!.value[0]], [10, 1]);
    assert.deepEqual(new RecordingTimeline(recordingOf([{}]), EVENTS).timeline().notes, []);
  });

  test('threads with more calls than a page can hold: the samples of the last are left out, with a note', () => {
    const recording = recordingOf([{}, {}]);
    const timeline = new RecordingTimeline(recording, EVENTS, { ...TIMELINE_LIMITS, calls: 3 });
    for (const thread of [0, 1]) {
      const samples = [
        [100, 2],
        [200, 3],
      ] as const;
      const root = { name: '(root)', children: [{ name: '(idle)' }, { name: 'work' }] };
      timeline.add(profileOf(root, samples, { start: 0, end: 300, thread, label: '' }));
    }
    const { threads, notes } = timeline.timeline();
    assert.deepEqual(
      threads.map(({ cpu }) => cpu !== null),
      [true, false],
    );
    assert.equal(notes.length, 1);
    assertNames(notes[0]!, 'one thread', '3 calls');
  });
});
