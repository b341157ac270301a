// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { runView } from '../../src/output/view/run.ts';
import { hostileAllocations, plainAllocations, pooledAllocations } from '../fixtures/runs/allocations.ts';
import { heapCaptured } from '../fixtures/runs/records.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { openFolds, Pages } from '../support/pages.ts';

describe('what allocates, in a browser', { skip: skipWithoutBrowser() }, () => {
  let pages: Pages;
  before(async () => {
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  test('flamegraphs and the differential are of bytes, and fit a narrow screen', async () => {
    const names = ['event-loop', 'worker-pool'] as const;
    const view = runView(heapCaptured(names), [], {
      allocations: [plainAllocations(), pooledAllocations()],
    });
    const opened = await pages.show(renderRunPage(view), { viewport: { width: 420, height: 900 } });
    const { page } = opened;
    await openFolds(page);
    const section = page.locator('#allocations');
    const plain = section.locator('#allocations-event-loop');
    assert.match(await plain.innerText(), /1\.45 ± 0\.26 kB per job/);
    await plain.locator('select[name=unit]').selectOption({ index: 1 });
    // 96 samples, and 4 in a built-in function that stands apart in a flamegraph, of 116.
    await plain.locator('.flame details.behind summary').click();
    const table = await plain.locator('.flame table.functions').innerText();
    assert.match(table, /totals[\s\S]*96\.0 kB[\s\S]*entries[\s\S]*4\.00 kB/);
    assert.doesNotMatch(await plain.innerText(), /idle|busy| ms\b|µs/);
    const two = section.locator('#allocations-two');
    assert.match(
      await two.innerText(),
      /A event-loop: 1\.45 kB allocated per job, about 116 samples over 80 jobs/,
    );
    assert.doesNotMatch(await two.innerText(), / ms\b|µs|\btime\b/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 420);
    await pages.closeQuiet(opened);
  });

  test('names of functions and threads are text', async () => {
    const view = runView(heapCaptured(['event-loop']), [], { allocations: [hostileAllocations()] });
    const opened = await pages.show(renderRunPage(view));
    assert.match(await opened.page.locator('#allocations').innerText(), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await opened.page.locator('#allocations img').count(), 0);
    await pages.closeQuiet(opened);
  });
});
