import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { samplesByJob } from '../../../../src/output/export/job-samples.ts';

/** Samples at 1000, 1010, 1040, 1070 µs, the end at 1100. */
const CALLS = {
  startUs: 1_000,
  durationUs: 100,
  sampleUs: Float64Array.of(0, 10, 40, 70),
  sampleNode: Int32Array.of(2, 1, 2, 2),
};

test('a sample is of the job that was processed when it was taken', () => {
  const times = [
    { job: 'list', fromUs: 1_005, toUs: 1_020 },
    { job: 'one', fromUs: 1_040, toUs: 1_041 },
    { job: 'list', fromUs: 1_050, toUs: 1_070 },
  ];
  assert.deepEqual(samplesByJob(CALLS, times), [
    { node: 1, job: 'list', hits: 1, self: 30 },
    // That at 1070 was taken when the job had just ended.
    { node: 2, job: null, hits: 2, self: 10 + 30 },
    { node: 2, job: 'one', hits: 1, self: 30 },
  ]);
  assert.deepEqual(samplesByJob(CALLS, []), [
    { node: 1, job: null, hits: 1, self: 30 },
    { node: 2, job: null, hits: 3, self: 70 },
  ]);
});

test('no sample and no time is lost, whatever jobs there are', () => {
  const lengths = fc.array(fc.record({ gap: fc.nat(30), length: fc.integer({ min: 1, max: 30 }) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(lengths, (spans) => {
      let at = 990;
      const times = spans.map(({ gap, length }, index) => {
        const fromUs = at + gap;
        at = fromUs + length;
        return { job: `job ${index % 3}`, fromUs, toUs: at };
      });
      const samples = samplesByJob(CALLS, times);
      assert.equal(
        samples.reduce((sum, { hits }) => sum + hits, 0),
        4,
      );
      assert.equal(
        samples.reduce((sum, { self }) => sum + self, 0),
        100,
      );
      for (const [index, taken] of CALLS.sampleUs.entries()) {
        const time = times.find(({ fromUs, toUs }) => fromUs <= 1_000 + taken && 1_000 + taken < toUs);
        const job = time?.job ?? null;
        assert.ok(samples.some((each) => each.node === CALLS.sampleNode[index] && each.job === job));
      }
    }),
  );
});
