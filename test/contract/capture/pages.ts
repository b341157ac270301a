import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { CaptureName } from '../../../src/core/captures.ts';
import { launchBrowser, skipWithoutBrowser } from '../../support/browser.ts';

/** How to see that it has drawn, and whether it surely names every function that ran. */
const PAGES: readonly (readonly [CaptureName, string, boolean])[] = [
  ['0x', 'canvas', true],
  ['clinic-flame', 'canvas', true],
  ['clinic-doctor', 'svg path.line, svg .line, svg g path', false],
  ['clinic-bubbleprof', 'svg g path', false],
  ['clinic-heapprofiler', 'canvas', false],
];

/** Opens the pages that captures have made, by the file of each. */
export function pagesDraw(fileOf: (name: CaptureName) => string): void {
  describe('in a browser', { skip: skipWithoutBrowser() }, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchBrowser();
    });
    after(() => browser?.close());

    for (const [name, drawn, named] of PAGES) {
      test(`the page of ${name} draws without a request, and runs no name`, async () => {
        const { page, network, complaints } = await open(browser, fileOf(name), drawn);
        const text = await readFile(fileOf(name), 'utf8');
        if (named) assert.ok(text.includes('u003cb>odd'), 'it has the function whose name is markup');
        assert.ok(!text.includes('<b>odd'));
        assert.deepEqual(network, []);
        assert.deepEqual(
          complaints.filter((complaint) => /Content Security Policy|Error/.test(complaint)),
          [],
        );
        await page.close();
      });
    }

    test('0x-threads shows TypeScript and threads without being asked to', async () => {
      const { page, network, complaints } = await open(browser, fileOf('0x-threads'), 'canvas');
      assert.deepEqual(network, []);
      assert.deepEqual(complaints, []);
      const hidden = await hiddenFrames(page);
      assert.deepEqual(hidden.shown.filter((name) => /^thread \d/.test(name)).length, 3);
      // At least once in each thread; some versions of Node reach it by two ways.
      const name = 'sumPrimes busy.ts:8';
      assert.ok(hidden.shown.filter((shown) => shown === name).length >= 3);
      assert.ok(!hidden.hidden.includes(name));
      await page.close();
    });
  });
}

/** Opens a page, waits until it has drawn, points at all of it, and says what it requested and complained of. */
async function open(browser: Browser, file: string, drawn: string) {
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  await page.waitForSelector(drawn, { state: 'attached' });
  // Tooltips may be markup.
  for (const canvas of await page.locator('canvas:visible').all()) {
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    for (const x of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      for (const y of [0.2, 0.4, 0.6, 0.8, 0.95])
        await canvas.hover({ position: { x: x * width, y: y * height }, force: true });
    }
  }
  // Long enough for fonts that are asked for after the first drawing.
  await page.waitForTimeout(1000);
  assert.notEqual(await page.title(), 'ran', 'a function’s name was run');
  const network = requests.filter((address) => address !== url && !/^(data|blob):/.test(address));
  return { page, network, complaints };
}

/** d3-fg binds its data to the canvas's element: frames that its filters hide have `hide`. */
async function hiddenFrames(page: Page): Promise<{ shown: string[]; hidden: string[] }> {
  return page.evaluate(() => {
    interface Datum {
      data: { name: string; hide?: boolean };
      children?: Datum[];
    }
    const bound = [...document.querySelectorAll('*')].flatMap((element) => {
      const datum = (element as Element & { __data__?: Datum }).__data__;
      return datum?.data === undefined ? [] : [datum];
    });
    const found = { shown: [] as string[], hidden: [] as string[] };
    const stack = bound.slice(0, 1);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      (node.data.hide ? found.hidden : found.shown).push(node.data.name);
      stack.push(...(node.children ?? []));
    }
    return found;
  });
}
