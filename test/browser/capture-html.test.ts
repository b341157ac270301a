import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { CAPTURES } from '../../src/capture/registry.ts';
import type { CaptureName } from '../../src/types/capture-names.ts';
import { launchBrowser, skipWithoutBrowser } from '../support/browser.ts';
import { StandIn } from '../support/run-once.ts';

const skip = skipWithoutBrowser();
let standIn: StandIn;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  standIn = await StandIn.open();
  browser = await launchBrowser();
});

after(async () => {
  if (skip !== false) return;
  await browser.close();
  await standIn.close();
});

/** Captures, opens the page, waits until it has drawn, and returns it with what it requested and complained of. */
async function open(
  name: CaptureName,
  drawn: string,
  earlier: (name: CaptureName) => string | null = () => null,
) {
  const context = await standIn.context(name, { maxLoadMs: name === 'clinic-doctor' ? 3500 : 700, earlier });
  const { files } = await CAPTURES[name].capture(context);
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const url = pathToFileURL(join(context.destination, files[0]!.file)).href;
  await page.goto(url);
  await page.waitForSelector(drawn, { state: 'attached', timeout: 15_000 });
  // Tooltips may be markup.
  for (const canvas of await page.locator('canvas:visible').all()) {
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    for (const [x, y] of [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) =>
      [0.2, 0.4, 0.6, 0.8, 0.95].map((y) => [x, y]),
    ))
      await canvas.hover({ position: { x: x! * width, y: y! * height }, force: true });
  }
  // Long enough for fonts that are asked for after the first drawing.
  await page.waitForTimeout(1000);
  assert.notEqual(await page.title(), 'ran', 'a function’s name was run');
  const network = requests.filter((address) => address !== url && !/^(data|blob):/.test(address));
  return {
    page,
    network,
    complaints,
    text: await readFile(join(context.destination, files[0]!.file), 'utf8'),
  };
}

/** How to see that it has drawn, and whether it surely names every function that ran. */
const PAGES: readonly (readonly [CaptureName, string, boolean])[] = [
  ['0x', 'canvas', true],
  ['clinic-flame', 'canvas', true],
  ['clinic-doctor', 'svg path.line, svg .line, svg g path', false],
  ['clinic-bubbleprof', 'svg g path', false],
  ['clinic-heapprofiler', 'canvas', false],
];

for (const [name, drawn, named] of PAGES) {
  test(`the page of ${name} draws without a request`, { skip, timeout: 120_000 }, async () => {
    const { page, network, complaints, text } = await open(name, drawn);
    if (named) assert.match(text, /u003cb>odd/, 'it has the function whose name is markup');
    assert.doesNotMatch(text, /<b>odd/);
    assert.deepEqual(network, []);
    assert.deepEqual(
      complaints.filter((text) => /Content Security Policy|Error/.test(text)),
      [],
    );
    await page.close();
  });
}

test('0x-threads shows TypeScript and threads without being asked to', {
  skip,
  timeout: 120_000,
}, async () => {
  const context = await standIn.context('threads', { maxLoadMs: 700 });
  await CAPTURES.threads.capture(context);
  const { page, network, complaints } = await open('0x-threads', 'canvas', () => context.destination);
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
