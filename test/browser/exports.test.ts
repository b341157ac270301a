// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { PageFile } from '../../src/core/export-formats.ts';
import { renderReportHtml } from '../../src/output/pages/run/page.ts';
import { buildReportView } from '../../src/output/pages/run/view.ts';
import { packBytes } from '../../src/profile/timeline/codec/pack.ts';
import { tinyFlame } from '../fixtures/runs/flames.ts';
import { profiled } from '../fixtures/runs/records.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { Pages, savedBy } from '../support/pages.ts';

/** Every byte there is: what is no text must not become one on the way. */
const BYTES = Uint8Array.from({ length: 1_024 }, (_, index) => index);

const file = (over: Partial<PageFile>): PageFile => ({
  ...{ format: 'pprof', fileName: 'run.pb.gz', variants: ['event-loop'], thread: null },
  ...{ content: packBytes(BYTES), ...over },
});
const thread = (number: number, content = packBytes(Buffer.from(`thread ${number}`))): PageFile =>
  file({
    format: 'cpuprofile',
    fileName: `run.event-loop.thread-${number}.cpuprofile`,
    thread: number,
    content,
  });
const FILES: PageFile[] = [
  thread(0),
  thread(1),
  file({}),
  file({
    format: 'chrome-trace',
    fileName: 'run.trace.json',
    content: { left: 'large', bytes: 14e6, andMore: false },
  }),
  file({ format: 'folded', fileName: 'run.folded.txt', content: { bytes: 9, data: 'damaged' } }),
];
const html = renderReportHtml(buildReportView(profiled(), [tinyFlame()], { files: FILES }));

const format = (page: Page, name: string) =>
  page.locator('.formats > li', { has: page.locator(`h3 code:text-is("${name}")`) });

describe('exports from the page', { skip: skipWithoutBrowser() }, () => {
  let pages: Pages;
  before(async () => {
    pages = await Pages.launch();
  });
  after(() => pages.close());

  test('a file is saved under its name, with its bytes, by mouse and by keyboard', async () => {
    const opened = await pages.show(html);
    const { page } = opened;
    const saved = async (press: () => Promise<void>): Promise<[string, Buffer]> => {
      const download = await savedBy(page, press);
      return [download.suggestedFilename(), await readFile(await download.path())];
    };
    const pprof = format(page, 'pprof').locator('button.save');
    assert.deepEqual(await saved(() => pprof.click()), ['run.pb.gz', Buffer.from(BYTES)]);
    await format(page, 'pprof').locator('[role=status]', { hasText: 'run.pb.gz is saved' }).waitFor();

    const worker = page.getByRole('button', {
      name: /^worker 1 .*file run\.event-loop\.thread-1\.cpuprofile$/,
    });
    await worker.focus();
    assert.deepEqual(await saved(() => page.keyboard.press('Enter')), [
      'run.event-loop.thread-1.cpuprofile',
      Buffer.from('thread 1'),
    ]);
    assert.ok(opened.requests.splice(0).every((url) => url.startsWith('blob:')));
    await pages.closeQuiet(opened);
  });

  test('what is not there says why, and how to get it; what is damaged says so', async () => {
    const opened = await pages.show(html);
    const { page } = opened;
    const trace = format(page, 'chrome-trace');
    assert.match(await trace.innerText(), /Too large for the page \(14\.0 MB\)\. The command makes it:/);
    assert.equal(await trace.locator('button.save').count(), 0);
    // The island takes the place of the command itself when it is near.
    await trace.locator('.command code').waitFor();

    const folded = format(page, 'folded');
    await folded.locator('button.save').click();
    await folded.locator('[role=status]', { hasText: 'It can’t be unpacked' }).waitFor();
    await pages.closeQuiet(opened);
  });

  test('nothing is wider than the page, and a command is a click away without a script', async () => {
    const narrow = await pages.show(html, { viewport: { width: 420, height: 800 } });
    await format(narrow.page, 'pprof').locator('button.save').scrollIntoViewIfNeeded();
    assert.equal(await narrow.page.evaluate(() => document.documentElement.scrollWidth), 420);
    await pages.closeQuiet(narrow);

    const plain = await pages.show(html, { javaScriptEnabled: false });
    const pprof = format(plain.page, 'pprof');
    assert.match(await plain.page.locator('#exports noscript').innerText(), /takes JavaScript/);
    assert.match(await pprof.innerText(), /Save 1\.02 kB/);
    await pprof.locator('summary').click();
    assert.match(await pprof.locator('details code').innerText(), /^threadmill export .* --format pprof$/);
    await pages.closeQuiet(plain);
  });
});
