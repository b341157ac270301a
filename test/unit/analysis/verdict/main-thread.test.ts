import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import type { Hop } from '../../../../src/core/documents/trace-record.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { record, threadSpan, variant } from '../../../fixtures/runs/records.ts';
import { trace } from '../../../fixtures/runs/traces.ts';

/** A variant whose main thread takes so much CPU per job, 40 jobs, and stalls at the worst for so long in the last round. */
function onMain(name: VariantName, cpuMsPerJob: number, worstStallMs: number) {
  const plain = variant(name);
  const trials = plain.trials.map((trial, round, { length }) => {
    const span = threadSpan({ cpuMs: 40 * cpuMsPerJob, waitMs: 0 });
    const max = round === length - 1 ? worstStallMs : 1;
    return {
      ...trial,
      threads: [{ ...span, eventLoop: { ...span.eventLoop, delayMs: { mean: 0, p99: 0, max } } }],
    };
  });
  return { ...plain, trials };
}

describe('verdict: the main thread', () => {
  const loop = onMain('event-loop', 0.8, 20);

  test('its CPU per job is the median of the rounds, its stall the worst of all', () => {
    const { cost } = verdictOf(record({ variants: [variant('sequential'), loop] }));
    assert.equal(cost?.variant, 'event-loop');
    assert.equal(cost?.mainCpuMsPerJob, 0.8);
    assert.equal(cost?.worstStallMs, 20);
  });

  test('a tied pool that leaves at most half of its CPU frees it', () => {
    // Of hand-made records event-loop (331 ms) and worker-pool-batched (336 ms) are tied.
    const freedBy = (cpuMsPerJob: number) =>
      verdictOf(
        record({ variants: [variant('sequential'), loop, onMain('worker-pool-batched', cpuMsPerJob, 2)] }),
      ).freed;
    assert.deepEqual(freedBy(0.2), {
      ...{ by: 'worker-pool-batched', of: 'event-loop', share: 0.75 },
      ...{ mainCpuMsPerJob: 0.2, worstStallMs: 2 },
    });
    assert.equal(freedBy(0.41), null);
  });

  test('a slower pool frees nothing', () => {
    assert.equal(
      verdictOf(record({ variants: [variant('sequential'), loop, onMain('worker-pool', 0.1, 2)] })).freed,
      null,
    );
  });
});

describe('verdict: moved data', () => {
  const hop = (hop: Hop['hop'], serialiseMs: number, deserialiseMs: number): Hop => ({
    ...{ hop, messages: 40, transferred: 0, transferredBytes: 0, copiedBytes: 4e7, underWayMs: null },
    ...{ serialiseMs, deserialiseMs, smallMainMs: 0.4 },
  });
  const movedBy = (hops: Hop[]) => {
    const pool = {
      ...onMain('worker-pool', 4, 2),
      trace: { ...trace(340, null), moved: { hops, ownMs: 3 } },
    };
    return verdictOf(record({ variants: [variant('sequential'), onMain('event-loop', 0.8, 20), pool] }))
      .moved;
  };

  test('the way back counts with reading, the way there with writing, each beside a small message', () => {
    const found = movedBy([hop('main-to-worker', 40, 999), hop('worker-to-main', 999, 124)]);
    assert.deepEqual(
      found,
      [
        ...[{ variant: 'worker-pool', hop: 'worker-to-main', copiedBytesPerJob: 1e6, mainMsPerJob: 3.1 }],
        ...[{ variant: 'worker-pool', hop: 'main-to-worker', copiedBytesPerJob: 1e6, mainMsPerJob: 1 }],
      ].map((each) => ({ ...each, smallMsPerJob: 0.01 })),
    );
  });

  test('what is less than a tenth of the main thread’s CPU, or next to nothing, is not named', () => {
    assert.deepEqual(movedBy([hop('main-to-worker', 15, 0), hop('worker-to-main', 0, 1)]), []);
  });
});
