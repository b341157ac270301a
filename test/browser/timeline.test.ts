// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { PHASE_GROUPS } from '../../src/output/view/run/phase-groups.ts';
import { runView } from '../../src/output/view/run.ts';
import { record } from '../fixtures/runs/records.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { type OpenedPage, Pages } from '../support/pages.ts';
import { madeUpTimelines } from '../support/timelines.ts';

const skip = skipWithoutBrowser();

describe('the timelines of a report in a browser', { skip }, () => {
  let pages: Pages;
  let html = '';

  before(async () => {
    html = renderRunPage(runView(record(), [], { timelines: madeUpTimelines() }));
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  const open = async (options?: BrowserContextOptions): Promise<OpenedPage> => {
    const opened = await pages.show(html, options);
    await opened.page.locator('#timeline-worker-pool > summary').click();
    await opened.page.locator('#timeline-worker-pool canvas').waitFor();
    return opened;
  };
  const timeline = (page: Page): Locator => page.locator('#timeline-worker-pool');
  const panel = (page: Page): Promise<string> => timeline(page).locator('.timeline-panel').innerText();
  const range = (page: Page): Promise<string> => timeline(page).locator('.timeline-range').innerText();
  /** Shown milliseconds, from and to. */
  const shown = async (page: Page): Promise<[number, number]> => {
    const [, from, to] = /^([\d.]+) ms to ([\d.]+) ms of/.exec(await range(page)) ?? [];
    return [Number(from), Number(to)];
  };
  const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
    await timeline(page).locator('.timeline-frame').focus();
    for (const key of keys) await page.keyboard.press(key);
  };

  /** Pixels of the canvas in one of the page, and red, green and blue together between its strip and its axis. */
  const pageColour = (page: Page): Promise<{ ratio: number; colour: number }> =>
    timeline(page)
      .locator('canvas')
      .evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const ratio = canvas.width / canvas.clientWidth;
        const [r = 0, g = 0, b = 0] = canvas
          .getContext('2d')!
          .getImageData(canvas.width - 4, Math.round(25 * ratio), 1, 1).data;
        return { ratio, colour: r + g + b };
      });

  test('every two phases differ in lightness, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const opened = await pages.show(html, { colorScheme });
      const luminances = await opened.page.evaluate(
        (phases) =>
          phases.map((phase) => {
            const swatch = document.body.appendChild(document.createElement('i'));
            swatch.style.color = `var(--phase-${phase})`;
            const [r = 0, g = 0, b = 0] = getComputedStyle(swatch)
              .color.match(/[\d.]+/g)!
              .map((each) => (Number(each) / 255) ** 2.2);
            swatch.remove();
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          }),
        [...PHASE_GROUPS.filter((phase) => phase !== 'processing'), 'unknown'],
      );
      const steps = luminances.toSorted((a, b) => a - b).map((each) => each + 0.05);
      for (const [i, step] of steps.slice(1).entries()) {
        assert.ok(step / steps[i]! > 1.2, `${colorScheme}: ${luminances.join(', ')}`);
      }
      await pages.closeQuiet(opened);
    }
  });

  test('draws every variant, and its pictures read without a script', async () => {
    const opened = await open();
    const { page } = opened;
    for (const variant of ['sequential', 'worker-pool-batched']) {
      await page.locator(`#timeline-${variant} > summary`).click();
      await page.locator(`#timeline-${variant} canvas`).waitFor();
    }
    for (const canvas of await page.locator('.timeline canvas').all()) {
      const colours = await canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const data = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
        return new Set(new Uint32Array(data.buffer)).size;
      });
      assert.ok(colours > 20, `${colours} colours`);
    }
    await pages.closeQuiet(opened);
    const plain = await pages.show(html, { javaScriptEnabled: false });
    assert.equal(await plain.page.locator('.tl-panels figure').count(), 4);
    const boxes = await plain.page
      .locator('.tl-panels svg > .tl-bars')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
    assert.ok(boxes.length === 4 && boxes.every((height) => height > 60), boxes.join());
    const table = plain.page.locator('#timelines details.behind:has(table)');
    await table.locator('> summary').click();
    assert.match(await table.innerText(), /worker-pool-batched[\s\S]*ms/);
    await pages.closeQuiet(plain);
  });

  test('zooms and pans by buttons, keyboard, wheel and drag; a wheel without the focus scrolls the page', async () => {
    const opened = await open();
    const { page } = opened;
    assert.match(await range(page), /^all [\d.]+ ms$/);
    await timeline(page).getByRole('button', { name: 'Zoom in' }).click();
    const [from, to] = await shown(page);
    await timeline(page).getByRole('button', { name: 'Later' }).click();
    assert.ok((await shown(page))[0] > from, 'later');
    await press(page, 'ArrowLeft', 'w');
    const closer = await shown(page);
    assert.ok(closer[1] - closer[0] < to - from, 'closer');
    await press(page, '0');
    assert.match(await range(page), /^all/);

    const canvas = timeline(page).locator('canvas');
    await canvas.scrollIntoViewIfNeeded();
    await page.locator('h1').evaluate(() => (document.activeElement as HTMLElement).blur());
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 200);
    await page.mouse.wheel(0, -240);
    assert.match(await range(page), /^all/, 'not focused: the page scrolls');
    await timeline(page).locator('.timeline-frame').focus();
    await canvas.scrollIntoViewIfNeeded();
    const now = (await canvas.boundingBox())!;
    await page.mouse.move(now.x + 300, now.y + 200);
    await page.mouse.wheel(0, -600);
    await page.waitForFunction(
      () => !/^all/.test(document.querySelector('#timeline-worker-pool .timeline-range')?.textContent ?? ''),
    );
    const before = await shown(page);
    await page.mouse.down();
    await page.mouse.move(now.x + 200, now.y + 200, { steps: 4 });
    await page.mouse.up();
    const after = await shown(page);
    assert.ok(
      after[0] > before[0] && Math.abs(after[1] - after[0] - (before[1] - before[0])) < 0.2,
      `${before.join()} to ${after.join()}`,
    );
    assert.match(await panel(page), /^Select a job/, 'a drag chooses nothing');

    // In the strip on top, a drag marks what is to be in view.
    await press(page, '0');
    await page.mouse.move(now.x + now.width / 2, now.y + 15);
    await page.mouse.down();
    await page.mouse.move(now.x + (now.width * 3) / 4, now.y + 15, { steps: 4 });
    await page.mouse.up();
    const [start, end] = await shown(page);
    assert.ok(Math.abs(end / start - 1.5) < 0.05, `${start} to ${end}`);
    await pages.closeQuiet(opened);
  });

  test('a job leads to its samples, a sample to its function, a function to its jobs, and back', async () => {
    const opened = await open();
    const { page } = opened;
    await press(page, 'n');
    assert.match(await panel(page), /^Job \d+: [a-z]+/);
    await press(page, 'n', 'Shift+ArrowDown', 'Enter');
    const title = (await panel(page)).split('\n')[0]!;
    assert.match(title, /^Job \d+: [a-z]+$/);
    const text = await panel(page);
    assert.match(text, /wait\s+[\d.]+ ms[\s\S]*process\s+[\d.]+ ms/);
    assert.match(text, /dispatched, waiting for its thread/);
    assert.match(text, /\d+ samples [^.]*[\d.]+ ms /);
    assert.match(await range(page), /^[\d.]+ ms to [\d.]+ ms of/, 'Enter zooms to it');
    await timeline(page).locator('.timeline-panel').getByRole('button', { name: 'parseOrders' }).click();
    assert.match(await panel(page), /^parseOrders[\s\S]*Served \d+ of 48 jobs/);
    const job = timeline(page).locator('.timeline-jobs button').nth(1);
    const name = (await job.innerText()).replace(/^(\d+) /, 'Job $1: ');
    await job.click();
    assert.equal((await panel(page)).split('\n')[0], name);
    await press(page, 'Escape');
    assert.match(await panel(page), /^Select a job/);

    // By mouse: a click on the first lane of worker 1, and on a box of the calls above it.
    await press(page, '0');
    await timeline(page)
      .locator('.timeline-frame')
      .evaluate((frame) => frame.scrollTo({ top: 0 }));
    const canvas = timeline(page).locator('canvas');
    const seen = new Set<string>();
    for (let y = 90; y < 600; y += 6) {
      await canvas.click({ position: { x: 260, y } });
      const first = (await panel(page)).split('\n')[0]!;
      seen.add(first.startsWith('Job') ? 'job' : first.startsWith('Select') ? 'nothing' : 'function');
      if (seen.has('job') && seen.has('function')) break;
      await timeline(page)
        .locator('.timeline-frame')
        .evaluate((frame) => frame.scrollTo({ top: 0 }));
    }
    assert.ok(seen.has('job') && seen.has('function'), [...seen].join());
    await pages.closeQuiet(opened);
  });

  test('what is in view and chosen is in the address, and there again after a reload', async () => {
    const opened = await open();
    const { page } = opened;
    await press(page, 'w', 'w', 'n');
    const [title, part] = [(await panel(page)).split('\n')[0], await range(page)];
    await page.waitForFunction(() => /timeline\.worker-pool\.selected=job-\d+/.test(location.hash));
    assert.match(page.url(), /timeline\.worker-pool\.range=[\d.]+,[\d.]+/);
    opened.requests.splice(0);
    await page.reload();
    opened.requests.splice(0);
    await timeline(page).locator('.timeline-head').waitFor();
    assert.equal((await panel(page)).split('\n')[0], title);
    assert.equal(await range(page), part);
    await pages.closeQuiet(opened);
  });

  test('on a small dark screen: nothing sticks out, and touch works', async () => {
    const opened = await open({
      viewport: { width: 420, height: 800 },
      colorScheme: 'dark',
      hasTouch: true,
      deviceScaleFactor: 2,
    });
    const { page } = opened;
    await timeline(page).locator('canvas').scrollIntoViewIfNeeded();
    assert.equal(await page.evaluate(() => Math.max(420, document.documentElement.scrollWidth)), 420);
    const { ratio, colour } = await pageColour(page);
    assert.ok(Math.abs(ratio - 2) < 0.05, `${ratio} pixels in one`);
    assert.ok(colour < 300, `${colour} is not dark`);
    // Touches beside the page are never answered.
    await timeline(page)
      .locator('canvas')
      .evaluate((canvas) => canvas.scrollIntoView({ block: 'center', behavior: 'instant' }));
    const box = (await timeline(page).locator('canvas').boundingBox())!;
    assert.ok(box.y > 0 && box.y + 120 < 800, `${box.y}`);
    const touch = await page.context().newCDPSession(page);
    const at = (...xs: readonly number[]) => xs.map((x, id) => ({ x: box.x + x, y: box.y + 120, id }));
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(150, 200) });
    for (const apart of [10, 30, 60, 90]) {
      await touch.send('Input.dispatchTouchEvent', {
        type: 'touchMove',
        touchPoints: at(150 - apart, 200 + apart),
      });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.waitForFunction(
      () => !/^all/.test(document.querySelector('#timeline-worker-pool .timeline-range')?.textContent ?? ''),
    );
    await timeline(page).locator('details.behind > summary').click();
    await timeline(page)
      .getByText(/^\d+ jobs, by start time/)
      .waitFor();
    assert.equal(await page.evaluate(() => Math.max(420, document.documentElement.scrollWidth)), 420);
    await pages.closeQuiet(opened);
  });

  test('on paper it is light', async () => {
    const opened = await open({ colorScheme: 'dark' });
    const { page } = opened;
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    while ((await pageColour(page)).colour < 600) await page.waitForTimeout(50);
    await pages.closeQuiet(opened);
  });
});
