import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { skipWithoutBrowser } from '../../support/browser.ts';
import { assertSameTimes, assertShare, byName, identity } from '../../support/function-times.ts';
import { type RealExport, VARIANTS } from '../../support/real-export.ts';
import { SPEEDSCOPE_SCHEMA, Speedscope, scopeTimes } from '../../support/speedscope.ts';

/** speedscope says of a function without a name where it is. */
const named = ({ name }: { name: string }) => (name.startsWith('(anonymous ') ? '(anonymous)' : name);
const isThread = (key: string) => /^thread \d/.test(key);

export function readBySpeedscope(run: () => RealExport): void {
  describe('speedscope reads', { skip: skipWithoutBrowser() }, () => {
    let speedscope: Speedscope;
    before(async () => {
      speedscope = await Speedscope.open();
    });
    after(() => speedscope?.close());

    test('its own format: each thread, and all of them', async () => {
      const read = await speedscope.import(run().file('speedscope').path);
      for (const { variant, thread } of run().threads()) {
        const what = `${variant}, thread ${thread}`;
        const profile = read.profiles.find(({ name }) => name.startsWith(`${what} `));
        assert.ok(profile !== undefined, what);
        const times = scopeTimes(read, profile, identity);
        assertSameTimes(times, run().ours(variant, thread, identity), what, ['self', 'total']);
      }
      for (const variant of VARIANTS) {
        const profile = read.profiles.find(({ name }) => name.startsWith(`${variant}, all threads`));
        assert.ok(profile !== undefined, variant);
        const times = scopeTimes(read, profile, identity);
        for (const key of times.keys()) if (isThread(key)) times.delete(key);
        assertSameTimes(times, run().ours(variant, null, identity), variant, ['self', 'total']);
      }
    });

    test('a cpuprofile of each thread', async () => {
      for (const { variant, thread } of run().threads()) {
        const what = `${variant}.thread-${thread}.`;
        const read = await speedscope.import(run().file('cpuprofile', what).path);
        const times = scopeTimes(read, read.profiles[0]!, named);
        assertSameTimes(times, run().ours(variant, thread, byName), what, ['self']);
      }
    });

    test('all threads in one cpuprofile', async () => {
      const read = await speedscope.import(run().file('cpuprofile-merged', 'worker-pool').path);
      const times = scopeTimes(read, read.profiles[0]!, named);
      for (const key of times.keys()) if (isThread(key)) times.delete(key);
      assertSameTimes(times, run().ours('worker-pool', null, byName), 'merged', ['self']);
    });

    test('the samples of a chrome-trace, thread by thread', async () => {
      const read = await speedscope.import(run().file('chrome-trace').path);
      assert.equal(read.profiles.length, run().threads('timeline').length);
      for (const { variant, thread } of run().threads('timeline')) {
        const label = `${thread === 0 ? 'main thread' : `worker ${thread}`} (${variant})`;
        const profile = read.profiles.find(({ name }) => name.endsWith(`- ${label}`));
        assert.ok(profile !== undefined, `${label}: ${read.profiles.map(({ name }) => name).join('; ')}`);
        const times = scopeTimes(read, profile, named);
        assertSameTimes(times, run().ours(variant, thread, byName, 'timeline'), label, ['self']);
      }
    });

    test('folded stacks', async () => {
      const { profiles } = await speedscope.import(run().file('folded', 'worker-pool').path);
      const { startValue, endValue } = profiles[0]!;
      assertShare(endValue - startValue, run().busyUs('worker-pool'), 'worker-pool');
    });

    test('pprof', async () => {
      const { profiles } = await speedscope.import(run().file('pprof').path);
      const { unit, startValue, endValue } = profiles[0]!;
      assert.equal(unit, 'nanoseconds');
      const busyUs = VARIANTS.reduce((sum, variant) => sum + run().busyUs(variant), 0);
      assertShare(endValue - startValue, busyUs * 1_000, 'ns');
    });
  });

  test('speedscope’s JSON Schema takes its format', async () => {
    const schema = z.fromJSONSchema(JSON.parse(await readFile(SPEEDSCOPE_SCHEMA, 'utf8')));
    const file = run().json<{ readonly profiles: readonly object[] }>('speedscope');
    assert.deepEqual(schema.safeParse(file).error?.issues ?? [], []);
    const wrong = { ...file.profiles[0], unit: 'ticks' };
    assert.equal(schema.safeParse({ ...file, profiles: [wrong] }).success, false);
  });
}
