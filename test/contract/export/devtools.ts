import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { CpuProfile } from '../../../src/core/documents/v8-profiles.ts';
import type { TraceEvent } from '../../../src/output/export/chrome-trace/trace-file.ts';
import { launchBrowser, skipWithoutBrowser } from '../../support/browser.ts';
import { assertCloseUs, assertShare } from '../../support/function-times.ts';
import type { RealExport } from '../../support/real-export.ts';

/** A profile as the model of the Performance panel has it, µs. */
interface Seen {
  readonly pid: number;
  readonly tid: number;
  readonly spanUs: number;
  readonly busyUs: number;
}

/**
 * Chromium brings its DevTools along, and its modules can be loaded like those of any page. Busy time is
 * compared as a whole: DevTools takes a lone `(program)` between two samples of one stack for a part of it.
 */
export function readByDevtools(run: () => RealExport): void {
  describe('the model of Chrome DevTools reads', { skip: skipWithoutBrowser() }, () => {
    let browser: Browser;
    let page: Page;
    before(async () => {
      browser = await launchBrowser();
      page = await browser.newPage();
      await page.goto('devtools://devtools/bundled/devtools_app.html');
    });
    after(() => browser?.close());

    test('the samples of a chrome-trace, thread by thread', async () => {
      const { traceEvents } = run().json<{ traceEvents: TraceEvent[] }>('chrome-trace');
      const seen = await page.evaluate(seenInTrace, traceEvents);
      const heads = traceEvents.filter(({ name }) => name === 'Profile');
      assert.equal(seen.length, heads.length);
      for (const [index, { variant, thread, durationUs }] of run().threads('timeline').entries()) {
        const { pid, tid } = heads[index]!;
        const own = seen.find((each) => each.pid === pid && each.tid === tid);
        assert.ok(own !== undefined, `${variant}, thread ${thread}`);
        assertShare(own.spanUs, durationUs, `${variant}, thread ${thread}`);
        assertCloseUs(
          own.busyUs,
          run().busyUs(variant, thread, 'timeline'),
          `${variant}, thread ${thread}, busy`,
        );
      }
    });

    test('a cpuprofile of each thread', async () => {
      for (const { variant, thread, durationUs } of run().threads()) {
        const profile = run().json<CpuProfile>('cpuprofile', `${variant}.thread-${thread}.`);
        const seen = await page.evaluate(seenInProfile, profile);
        assertShare(seen.spanUs, durationUs, `${variant}, thread ${thread}`);
        assertCloseUs(seen.busyUs, run().busyUs(variant, thread), `${variant}, thread ${thread}, busy`);
      }
    });
  });
}

/** In the page: no name of this file is there but its arguments. */
async function seenInTrace(events: readonly TraceEvent[]): Promise<Seen[]> {
  const { TraceModel } = await import('devtools://devtools/bundled/models/trace/trace.js' as string);
  const model = TraceModel.Model.createWithAllHandlers();
  await model.parse(events, {});
  const parsed = model.parsedTrace(0);
  const seen: Seen[] = [];
  for (const [pid, threads] of (parsed.data ?? parsed).Samples.profilesInProcess) {
    for (const [tid, { parsedProfile }] of threads) {
      let busyUs = 0;
      parsedProfile.forEachFrame(
        () => {},
        (
          _depth: number,
          node: { functionName: string },
          _sample: number,
          _at: number,
          _ms: number,
          self: number,
        ) => {
          if (node.functionName !== '(idle)' && node.functionName !== '(root)') busyUs += self * 1_000;
        },
      );
      const { timestamps } = parsedProfile;
      // After the last sample, that of the root at the end, it adds a moment for it to last.
      const spanUs = (timestamps.at(-2) - timestamps[0]) * 1_000;
      seen.push({ pid, tid, spanUs, busyUs });
    }
  }
  return seen;
}

async function seenInProfile(profile: CpuProfile): Promise<Pick<Seen, 'spanUs' | 'busyUs'>> {
  const module = await import('devtools://devtools/bundled/models/cpu_profile/cpu_profile.js' as string);
  const model = new module.CPUProfileDataModel.CPUProfileDataModel(profile);
  let busyUs = 0;
  model.forEachFrame(
    () => {},
    (
      _depth: number,
      node: { functionName: string },
      _sample: number,
      _at: number,
      _ms: number,
      self: number,
    ) => {
      if (node.functionName !== '(idle)' && node.functionName !== '(root)') busyUs += self * 1_000;
    },
  );
  return { spanUs: (model.timestamps.at(-2) - model.timestamps[0]) * 1_000, busyUs };
}
