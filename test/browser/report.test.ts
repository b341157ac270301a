// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { runView } from '../../src/output/view/run.ts';
import { flame, realisticFlame, tinyFlame } from '../fixtures/runs/flames.ts';
import { hostileFailure, outcomes, profiled, record, trial, variant } from '../fixtures/runs/records.ts';
import { traced } from '../fixtures/runs/traces.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { indexHtml } from '../support/index-html.ts';
import { type OpenedPage, openFolds, Pages } from '../support/pages.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)>';
const skip = skipWithoutBrowser();

describe('the report in a browser', { skip }, () => {
  let pages: Pages;
  let full = '';

  before(async () => {
    const run = profiled({ variants: traced(record().variants) });
    const batched = realisticFlame('worker-pool-batched', 2);
    const flames = [realisticFlame('sequential', 0), realisticFlame('event-loop', 0), tinyFlame(), batched];
    full = renderRunPage(runView(run, flames));
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  const open = (html: string, options?: BrowserContextOptions): Promise<OpenedPage> =>
    pages.show(html, options).then(async (opened) => {
      await openFolds(opened.page);
      return opened;
    });
  const closeQuiet = (opened: OpenedPage): Promise<void> => pages.closeQuiet(opened);

  const pool = (page: Page): Locator => page.locator('#profile-worker-pool');
  const crumbs = (page: Page): Promise<string[]> => pool(page).locator('.crumbs li').allInnerTexts();
  const selection = (page: Page): Promise<string> => pool(page).locator('.flame-selection').innerText();

  test('opens from disk with every section, and asks for nothing', async () => {
    const opened = await open(full);
    const { page } = opened;
    for (const id of ['summary', 'walls', 'breakdown', 'warnings', 'profiles', 'environment']) {
      assert.ok(((await page.locator(`#${id}`).boundingBox())?.height ?? 0) > 40, id);
    }
    await page.locator('canvas').nth(6).waitFor();
    assert.equal(await page.locator('canvas').count(), 7);
    assert.match(await page.locator('h1').innerText(), /^Use event-loop: /);
    assert.equal(await page.locator('.walls circle.dot, .walls .outlier').count(), 40);
    await closeQuiet(opened);
  });

  test('where the wall goes: bars fill their width, and need no script', async () => {
    const run = record();
    const view = runView({ ...run, variants: traced(run.variants) }, []);
    const { breakdowns } = view;
    const html = renderRunPage(view);
    for (const width of [1_200, 420]) {
      const opened = await open(html, { javaScriptEnabled: false, viewport: { width, height: 900 } });
      const { page } = opened;
      const bars = page.locator('#breakdown .bar svg[role=img]');
      /** Of each bar: how much of its column it is, and how far its parts are from its ends, px. */
      const drawn = () =>
        bars.evaluateAll((all) =>
          all.map((bar) => {
            const box = bar.getBoundingClientRect();
            const parts = [...bar.querySelectorAll(':scope > svg')].map((part) =>
              part.getBoundingClientRect(),
            );
            return {
              ofColumn: box.width / bar.parentElement!.getBoundingClientRect().width,
              atLeft: Math.abs(Math.min(...parts.map(({ left }) => left)) - box.left),
              atRight: Math.abs(Math.max(...parts.map(({ right }) => right)) - box.right),
            };
          }),
        );
      const longest = Math.max(...breakdowns.map(({ totalMs }) => totalMs));
      const byTime = await drawn();
      const longestBar = Math.max(...byTime.map(({ ofColumn }) => ofColumn));
      await page.getByRole('radio', { name: 'share' }).check();
      const byShare = await drawn();
      assert.equal(byTime.length, 4);
      for (const [index, { totalMs, variant }] of breakdowns.entries()) {
        const { ofColumn, ...ends } = byTime[index]!;
        const off = Math.abs(ofColumn / longestBar - totalMs / longest);
        assert.ok(off < 0.005, `${width} px, ${variant}: ${ofColumn / longestBar} of the longest`);
        assert.ok(
          Math.abs(byShare[index]!.ofColumn - 1) < 0.005,
          `${width} px, ${variant}: all of its column`,
        );
        for (const [end, px] of [
          ...Object.entries(ends),
          ['share left', byShare[index]!.atLeft],
          ['share right', byShare[index]!.atRight],
        ] as const) {
          assert.ok(px < 2, `${width} px, ${variant}, ${end}: ${px} px`);
        }
      }
      const room = await page.locator('#breakdown .bar:has(.ideal)').evaluateAll((all) =>
        all.map((each) => {
          const [label, mark] = ['.bar-value', '.ideal'].map((name) =>
            each.querySelector(name)!.getBoundingClientRect(),
          );
          return Math.max(mark!.top - label!.bottom, mark!.left - label!.right);
        }),
      );
      assert.ok(
        room.length > 0 && room.every((px) => px >= 1),
        `${width} px, above the ideal marks: ${room.join()}`,
      );
      assert.equal(await page.locator('.walls .outlier').count(), 4);
      assert.equal(await page.locator('.walls .outlier.severe circle').count(), 2);
      assert.equal(await page.locator('.walls .ideal').count(), 4);
      await page.locator('#breakdown details').first().locator('summary').click();
      assert.match(await page.locator('table.breakdowns').innerText(), /worker 2[\s\S]*85\.0%/);
      await closeQuiet(opened);
    }
  });

  test('a table that is cut off says that it goes on', async () => {
    const opened = await open(full, { viewport: { width: 420, height: 800 } });
    assert.ok(await opened.page.locator('#summary .sideways').isVisible());
    await closeQuiet(opened);
    const wide = await open(full, { viewport: { width: 1_400, height: 800 } });
    const cut = await wide.page
      .locator('#summary .scroll')
      .first()
      .evaluate((box) => box.scrollWidth > box.clientWidth);
    assert.equal(cut, false);
    assert.equal(await wide.page.locator('#summary .sideways').isVisible(), false);
    await closeQuiet(wide);
  });

  test('reads without scripts', async () => {
    const opened = await open(full, { javaScriptEnabled: false });
    const { page } = opened;
    assert.match(await page.locator('#summary').innerText(), /worker-pool-batched/);
    assert.match(await pool(page).innerText(), /parseOrders[\s\S]*6\.00 ms/);
    await closeQuiet(opened);
  });

  test('zooms by click and goes back by breadcrumb, button and Escape', async () => {
    const opened = await open(full);
    const { page } = opened;
    const canvas = pool(page).locator('canvas');
    const box = await canvas.boundingBox();
    assert.ok(box);
    // Rows: all threads, worker 1 (the wide right part), processResponse, parseOrders.
    await canvas.click({ position: { x: box.width * 0.6, y: 22 * 3 + 10 } });
    assert.deepEqual(await crumbs(page), ['all threads', 'worker 1', 'processResponse', 'parseOrders']);
    assert.match(
      await selection(page),
      /parseOrders examples\/four-apis\.ts:31 self 4\.00 ms \(30\.8%, 11\.1 µs per job\) total 8\.50 ms \(65\.4%/,
    );
    await pool(page).locator('.crumbs button', { hasText: 'worker 1' }).click();
    assert.deepEqual(await crumbs(page), ['all threads', 'worker 1']);
    await pool(page).getByRole('button', { name: 'Reset zoom' }).click();
    assert.deepEqual(await crumbs(page), []);
    await canvas.click({ position: { x: box.width * 0.6, y: 22 * 2 + 10 } });
    await pool(page).locator('.flame-frame').press('Escape');
    assert.deepEqual(await crumbs(page), []);
    await closeQuiet(opened);
  });

  test('draws boxes, and others when zoomed', async () => {
    const opened = await open(full);
    const { page } = opened;
    const canvas = pool(page).locator('canvas');
    const picture = (): Promise<string> =>
      canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    const whole = await picture();
    const ink = await canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const pixels = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data;
      return pixels === undefined
        ? 0
        : pixels.filter((value, i) => i % 4 === 3 && value > 0).length / (width * height);
    });
    assert.ok(ink > 0.3, String(ink));
    await canvas.click({ position: { x: 10, y: 22 + 10 } });
    assert.notEqual(await picture(), whole);
    await closeQuiet(opened);
  });

  test('is used by keyboard alone', async () => {
    const opened = await open(full);
    const { page } = opened;
    const frame = pool(page).locator('.flame-frame');
    await frame.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    assert.match(await selection(page), /^processResponse/);
    await page.keyboard.press('Enter');
    assert.deepEqual(await crumbs(page), ['all threads', 'worker 1', 'processResponse']);
    await page.keyboard.press('ArrowUp');
    assert.match(await selection(page), /^worker 1/);
    await page.keyboard.press('Escape');
    assert.deepEqual(await crumbs(page), []);
    await page.keyboard.press('/');
    await page.keyboard.type('dispatch');
    assert.equal(await pool(page).locator('input[type=search]').inputValue(), 'dispatch');
    assert.match(await pool(page).locator('output').innerText(), /23\.1% matched in 1 function/);
    await page.keyboard.press('Escape');
    assert.equal(await pool(page).locator('input[type=search]').inputValue(), '');
    assert.match((await frame.getAttribute('aria-label')) ?? '', /^Flamegraph of worker-pool/);
    await closeQuiet(opened);
  });

  test('searches by text and by regular expression, and says so if it is none', async () => {
    const opened = await open(full);
    const { page } = opened;
    const search = pool(page).locator('input[type=search]');
    const found = pool(page).locator('output');
    await search.fill('/^parse/');
    assert.match(await found.innerText(), /65\.4% matched in 2 functions/);
    await search.fill('nowhere');
    assert.equal(await found.innerText(), 'no match');
    await search.fill('/(/');
    assert.match(await found.innerText(), /[Ii]nvalid regular expression/);
    await closeQuiet(opened);
  });

  test('shows one thread, and idle only where asked for', async () => {
    const opened = await open(full);
    const { page } = opened;
    assert.match(
      await pool(page).locator('.flame-idle').innerText(),
      /^65\.0% busy .* 35\.0% idle and hidden/,
    );
    await pool(page).locator('[name=thread]').selectOption({ label: 'main thread' });
    assert.match(await pool(page).locator('.flame-idle').innerText(), /^40\.0% busy \(main thread: 4\.00 ms/);
    await pool(page).locator('.behind summary').click();
    assert.deepEqual(
      await pool(page)
        .locator('tbody th')
        .allInnerTexts()
        .then((cells) => cells.map((cell) => cell.split('\n')[0])),
      ['dispatch', 'runTrial'],
    );
    const search = pool(page).locator('input[type=search]');
    await search.fill('(idle)');
    assert.equal(await pool(page).locator('output').innerText(), 'no match');
    await pool(page).locator('.options summary').click();
    await pool(page).locator('[name=idle]').check();
    assert.match(await pool(page).locator('output').innerText(), /60\.0% matched/);
    await closeQuiet(opened);
  });

  test('can stand on its root, and follows the pointer with a tooltip', async () => {
    const opened = await open(full);
    const { page } = opened;
    await pool(page).locator('.options summary').click();
    await pool(page).locator('[name=orientation]').selectOption('flame');
    await pool(page).locator('.options summary').click();
    const canvas = pool(page).locator('canvas');
    const box = await canvas.boundingBox();
    assert.ok(box);
    await canvas.hover({ position: { x: 20, y: box.height - 10 } });
    assert.match(await pool(page).locator('.tooltip').innerText(), /^all threads/);
    await canvas.hover({ position: { x: box.width * 0.6, y: box.height - 22 * 3 - 10 } });
    assert.match(
      await pool(page).locator('.tooltip').innerText(),
      /^parseOrders\s+examples\/four-apis\.ts:31/,
    );
    await closeQuiet(opened);
  });

  test('dark mode is dark, paper is light', async () => {
    const opened = await open(full, { colorScheme: 'dark' });
    const { page } = opened;
    const brightness = (): Promise<number> =>
      page.evaluate(() => {
        const [r = 0, g = 0, b = 0] = (
          getComputedStyle(document.documentElement)
            .getPropertyValue('--page')
            .match(/[0-9a-f]{2}/g) ?? []
        ).map((hex) => Number.parseInt(hex, 16));
        return (r + g + b) / 3;
      });
    assert.ok((await brightness()) < 60);
    await page.emulateMedia({ media: 'print' });
    assert.ok((await brightness()) > 200);
    await closeQuiet(opened);
  });

  for (const width of [420, 320]) {
    test(`at ${width} px only tables scroll sideways, and touch zooms`, async () => {
      const opened = await open(full, { viewport: { width, height: 800 }, hasTouch: true, isMobile: true });
      const { page } = opened;
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      const overlapping = await page.locator('.fs-bar, .forest-row:not(.forest-axis)').evaluateAll((rows) =>
        rows.flatMap((row) => {
          const name = row.querySelector('.forest-name .variant')!.getBoundingClientRect();
          const values = row.querySelectorAll('.forest-value > *');
          return [...values]
            .filter((value) => value.getBoundingClientRect().left < name.right)
            .map((value) => value.textContent);
        }),
      );
      assert.deepEqual(overlapping, []);
      const choice = (await page.locator('.breakdown-figure .filter').boundingBox())!;
      const legend = (await page.locator('.breakdown-figure .parts').boundingBox())!;
      assert.ok(legend.y >= choice.y + choice.height, 'the legend of the bars is below their choice');
      await pool(page)
        .locator('canvas')
        .tap({ position: { x: 250, y: 22 + 10 } });
      assert.deepEqual(await crumbs(page), ['all threads', 'worker 1']);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await closeQuiet(opened);
    });
  }

  test('hostile text runs nothing', async () => {
    const errors = [hostileFailure(HOSTILE)];
    const hostileFlame = flame('sequential', [
      [
        HOSTILE,
        [
          '(root)',
          0,
          [
            [HOSTILE, 5_000],
            ['(idle)', 100],
          ],
        ],
      ],
    ]);
    const html = renderRunPage(
      runView(
        profiled({
          server: { kind: 'external', url: `http://h/${HOSTILE}`, ceiling: null, drift: null },
          variants: [
            variant('sequential', { trials: [trial({ outcomes: outcomes({ ok: 39, threw: 1 }), errors })] }),
          ],
          warnings: [{ code: HOSTILE, message: HOSTILE, advice: HOSTILE, variant: null }],
        }),
        [hostileFlame],
      ),
    );
    const opened = await open(html);
    const { page } = opened;
    assert.equal(await page.locator('img').count(), 0);
    await page.locator('canvas').hover({ position: { x: 100, y: 32 } });
    assert.match(await page.locator('.tooltip').innerText(), /<\/script><img src=x/);
    await page.locator('canvas').click({ position: { x: 100, y: 32 } });
    assert.match(await page.locator('.crumbs').innerText(), /<\/script>/);
    await closeQuiet(opened);
  });

  test('markup that slipped through would be stopped by the policy', async () => {
    let hits = 0;
    const server = createServer((_, response) => {
      hits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const slipped = `<img src="${origin}/x"><link rel="stylesheet" href="${origin}/y"><script>document.title="run"</script>`;
    const path = join(pages.folder, 'slipped.html');
    await writeFile(path, full.replace('</main>', `${slipped}</main>`));
    const page = await pages.browser.newPage();
    await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
    assert.notEqual(await page.title(), 'run');
    assert.equal(hits, 0);
    await page.close();
    server.close();
  });

  test('a profile of nothing but waiting says so', async () => {
    const html = renderRunPage(
      runView(profiled(), [flame('event-loop', [['main thread', ['(root)', 0, [['(idle)', 5_000]]]]])]),
    );
    const opened = await open(html);
    await opened.page.locator('#profile-event-loop [data-live]').waitFor();
    assert.match(await opened.page.locator('#profile-event-loop').innerText(), /All of the time is idle/);
    await closeQuiet(opened);
  });

  test('an aborted run, a failed one, and the index open as well', async () => {
    const aborted = record({ status: 'aborted', finishedAt: null, exitCode: 130 });
    const failure = { code: 'server-start', message: 'It did not start', advice: 'Look.' };
    const failed = record({ status: 'failed', failure, variants: [] });
    for (const [run, title] of [
      [aborted, 'This run was stopped before its end'],
      [failed, 'This run failed'],
    ] as const) {
      const opened = await open(renderRunPage(runView(run, [])));
      assert.equal(await opened.page.locator('.banner h2').first().innerText(), title);
      await closeQuiet(opened);
    }
    const listing = { id: aborted.id, record: aborted, problem: null, hasReport: true };
    const narrow = { viewport: { width: 420, height: 800 } };
    const opened = await open(indexHtml([listing]), narrow);
    assert.equal(await opened.page.locator('.runs > li').count(), 1);
    assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), 420);
    await closeQuiet(opened);
    const seven = Array.from({ length: 7 }, (_, i) => ({
      ...listing,
      record: record({ command: i === 0 ? 'profile' : 'bench' }),
    }));
    const filtered = await open(indexHtml(seven), narrow);
    await filtered.page.getByRole('radio', { name: 'profile 1' }).check();
    assert.equal(await filtered.page.locator('.runs > li:visible').count(), 1);
    await closeQuiet(filtered);
  });

  test('100,000 boxes can be zoomed and searched', async () => {
    const size = 100_000;
    const { frames } = tinyFlame();
    const large = {
      variant: 'event-loop',
      frames,
      threads: [
        {
          thread: 0,
          label: 'main thread',
          duration: size,
          samples: size,
          frame: Array.from({ length: size }, (_, i) => 2 + (i % (frames.length - 2))),
          parent: Array.from({ length: size }, (_, i) => (i === 0 ? -1 : Math.floor((i - 1) / 3))),
          self: new Array<number>(size).fill(1),
          lines: { frame: [], line: [], self: [] },
        },
      ],
    };
    const opened = await open(renderRunPage(runView(profiled(), [large])));
    const profile = opened.page.locator('#profile-event-loop');
    await profile.locator('canvas').click({ position: { x: 300, y: 60 } });
    await profile.locator('.crumbs li').first().waitFor();
    await profile.locator('input[type=search]').fill('parseOrders');
    assert.match(await profile.locator('output').innerText(), /matched in 1 function/);
    await closeQuiet(opened);
  });
});
