import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { allAllocations, topAllocators } from '../../../src/profile/top-allocators.ts';
import { KNOWN_BYTES_PER_JOB } from '../../fixtures/export/hostile.ts';
import { skipWithoutBrowser } from '../../support/browser.ts';
import { assertShare } from '../../support/function-times.ts';
import { type RealExport, VARIANTS } from '../../support/real-export.ts';
import { Speedscope } from '../../support/speedscope.ts';

/** Five standard deviations: a right estimate misses it once in two million runs. */
const FARTHEST = 5 / 1.96;

export function allocationsAreTrue(run: () => RealExport): void {
  for (const variant of VARIANTS) {
    test(`${variant}: a function that allocates 1 MB per job, most of it garbage, is found to do so`, async () => {
      const { allocated, jobs } = await run().allocations(variant);
      const found = topAllocators(allocated).find(({ frame }) => frame.name === 'allocateKnown')!;
      assert.deepEqual(
        [found.frame.file, found.frame.line, found.frame.category],
        ['test/fixtures/export/hostile.ts', 23, 'user'],
      );
      const perJob = found.self.bytes / jobs;
      const margin = (FARTHEST * found.self.error) / jobs;
      const what = `${perJob} ± ${margin} bytes in each of ${jobs} jobs`;
      assert.ok(Math.abs(perJob - KNOWN_BYTES_PER_JOB) <= margin, what);
      assert.ok(margin < 0.3 * KNOWN_BYTES_PER_JOB, `${what}: too few samples to tell`);
      // By the threads that run jobs, and in a pool by both of them: how many each gets depends on the machine.
      const threads = allocated.flame.threads.map(({ thread }) => thread);
      assert.deepEqual(threads, variant === 'worker-pool' ? [0, 1, 2] : [0]);
      const shares = threads.map((thread) => allAllocations(allocated, thread).bytes / jobs);
      const [main = 0, ...workers] = shares;
      if (variant === 'event-loop') assert.ok(main >= perJob);
      else assert.ok(workers.every((bytes) => bytes > 0.05 * perJob) && main < 0.2 * perJob, String(shares));
    });
  }

  test('pprof-format decodes the bytes that each variant’s threads allocated', async () => {
    const profile = Profile.decode(gunzipSync(run().file('pprof-heap').content));
    const text = (index: number | bigint) => profile.stringTable.strings[Number(index)]!;
    assert.deepEqual(
      profile.sampleType.map(({ type, unit }) => [text(type), text(unit)]),
      [
        ['samples', 'count'],
        ['alloc_space', 'bytes'],
      ],
    );
    for (const variant of VARIANTS) {
      const { allocated } = await run().allocations(variant);
      let bytes = 0;
      let samples = 0;
      for (const { value, label } of profile.sample) {
        if (!label.some(({ key, str }) => text(key) === 'variant' && text(str) === variant)) continue;
        samples += Number(value[0]);
        bytes += Number(value[1]);
      }
      assertShare(bytes, allAllocations(allocated).bytes, variant);
      const taken = allocated.flame.threads.reduce((sum, thread) => sum + thread.samples, 0);
      assert.equal(samples, taken);
    }
  });

  describe('speedscope reads allocations', { skip: skipWithoutBrowser() }, () => {
    let speedscope: Speedscope;
    before(async () => {
      speedscope = await Speedscope.open();
    });
    after(() => speedscope?.close());

    test('of a heapprofile, and of pprof-heap', async () => {
      const all: number[] = [];
      for (const variant of VARIANTS) {
        const { allocated } = await run().allocations(variant);
        for (const { thread } of allocated.flame.threads) {
          const { bytes } = allAllocations(allocated, thread);
          const file = run().file('heapprofile', `${variant}.thread-${thread}.`);
          const [profile] = (await speedscope.import(file.path)).profiles;
          assert.equal(profile!.unit, 'bytes');
          assertShare(profile!.endValue - profile!.startValue, bytes, file.path);
          all.push(bytes);
        }
      }
      const [profile] = (await speedscope.import(run().file('pprof-heap').path)).profiles;
      assert.equal(profile!.unit, 'bytes');
      const sum = all.reduce((total, bytes) => total + bytes, 0);
      assertShare(profile!.endValue - profile!.startValue, sum, 'pprof-heap');
    });
  });
}
