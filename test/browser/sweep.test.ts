// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { analyseSweep } from '../../src/analysis/sweep/analyse.ts';
import { renderSweepPage } from '../../src/output/pages/sweep/page.ts';
import { sweepView } from '../../src/output/view/sweep.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { indexHtml } from '../support/index-html.ts';
import { Pages } from '../support/pages.ts';
import { crossoverSweep, scalingSweep } from '../support/sample-sweep.ts';

const HOSTILE = '</style></svg><img src=x onerror=alert(1)>';

describe('the report of a sweep in a browser', { skip: skipWithoutBrowser() }, () => {
  let pages: Pages;
  // As sweep.json has them: to analyse a sweep takes much longer than to draw its page.
  const [scaling, crossover] = [scalingSweep(), crossoverSweep()];
  for (const record of [scaling, crossover]) record.analysis = analyseSweep(record);
  const scalingPage = renderSweepPage(sweepView(scaling));
  const crossoverPage = renderSweepPage(sweepView(crossover));

  before(async () => {
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  /** Opens a page from disk, and fails if it fetches anything or complains. */
  async function look(
    html: string,
    options: BrowserContextOptions,
    check: (page: Page) => Promise<void>,
  ): Promise<void> {
    const opened = await pages.show(html, { viewport: { width: 1_440, height: 900 }, ...options });
    await check(opened.page);
    await pages.closeQuiet(opened);
  }

  const PAGES = [
    ['one axis', scalingPage, ['curves', 'laws', 'ratio', 'map', 'points']],
    ['two axes', crossoverPage, ['map', 'curves', 'laws', 'points']],
  ] as const;

  for (const [name, html, sections] of PAGES) {
    for (const width of [1_440, 420]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        test(`${name}, ${width} px, ${colorScheme}: every section is there, and nothing is cut off`, () =>
          look(html, { viewport: { width, height: 900 }, colorScheme }, async (page) => {
            for (const id of [...sections, 'environment']) {
              assert.ok(((await page.locator(`#${id}`).boundingBox())?.height ?? 0) > 60, id);
            }
            assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
            // Marks, bars and labels of the charts stay within the page.
            const outside = await page.locator('.chart path.mark, .chart line.bar, .chart text').evaluateAll(
              (shapes, limit) =>
                shapes.filter((shape) => {
                  const { left, right } = shape.getBoundingClientRect();
                  return left < 0 || right > limit;
                }).length,
              width,
            );
            assert.equal(outside, 0);
          }));
      }
    }
  }

  test('marks stand at their values: throughput doubles from mark to mark where it is in proportion', () =>
    look(scalingPage, {}, async (page) => {
      const marks = page.locator('.chart').first().locator('g.v-worker-pool-batched path.mark');
      assert.equal(await marks.count(), 8);
      const centres = await marks.evaluateAll((shapes) =>
        shapes.map((shape) => {
          const { left, top, width, height } = shape.getBoundingClientRect();
          return { x: left + width / 2, y: top + height / 2 };
        }),
      );
      const [first, second, third] = centres;
      assert.ok(first && second && third);
      // Both axes are logarithmic: equal factors are equal steps. X(2)/X(1) = 1.988, X(4)/X(2) = 1.976.
      assert.ok(Math.abs(second.x - first.x - (third.x - second.x)) < 1);
      const up = first.y - second.y;
      assert.ok(up > 20 && Math.abs((second.y - third.y) / up - Math.log(1.976) / Math.log(1.988)) < 0.02);
      const hollow = page.locator('.chart').first().locator('path.mark.hollow');
      assert.equal(await hollow.count(), 1, 'the point with failures');
    }));

  test('the map: colours, the frontier, and links to the points', () =>
    look(crossoverPage, {}, async (page) => {
      const cells = page.locator('table.map td.cell');
      assert.equal(await cells.count(), 24);
      assert.equal(await page.locator('td.cell.inconclusive').innerText(), '?\ninconclusive');
      assert.equal(await page.locator('td.cell.edge').count(), 3, 'one for each row with a frontier');
      const background = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate(
            (cell) => `${getComputedStyle(cell).backgroundColor} ${getComputedStyle(cell).backgroundImage}`,
          );
      const looks = await Promise.all(
        ['td.level', 'td.inconclusive', 'td.v-event-loop', 'td.shared'].map((each) => background(each)),
      );
      assert.equal(new Set(looks).size, 4, looks.join('\n'));
      assert.equal(
        await page.locator('td.cell a').first().getAttribute('href'),
        'points/cpu-0_concurrency-64/report.html',
      );
      assert.match(
        (await page.locator('td.cell').nth(1).getAttribute('title')) ?? '',
        /^1 ms of CPU, concurrency 64: /,
      );
    }));

  test('hostile names are names', () => {
    const record = structuredClone(scaling);
    record.definition.workload.name = HOSTILE;
    record.commandLine = HOSTILE;
    return look(renderSweepPage(sweepView(record)), {}, async (page) => {
      assert.equal(await page.locator('img').count(), 0);
      assert.ok((await page.locator('header').innerText()).includes(HOSTILE));
    });
  });

  test('prints', () =>
    look(crossoverPage, {}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      assert.ok(((await page.locator('#map').boundingBox())?.height ?? 0) > 100);
      assert.ok((await page.pdf()).length > 10_000);
    }));

  test('the index lists it', () =>
    look(
      indexHtml([], [{ id: 's', record: crossover, problem: null, hasReport: true }]),
      { viewport: { width: 420, height: 900 } },
      async (page) => {
        assert.match(await page.locator('.runs li').innerText(), /Threads win above[\s\S]*24 points/);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 420);
      },
    ));
});
