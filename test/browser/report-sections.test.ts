// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { medianInterval } from '../../src/core/statistics/median-interval.ts';
import { sortNumbers } from '../../src/core/statistics/quantile.ts';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { latencySeries } from '../../src/output/view/run/latencies.ts';
import { runView } from '../../src/output/view/run.ts';
import { plainAllocations, pooledAllocations } from '../fixtures/runs/allocations.ts';
import { realisticFlame, tinyFlame } from '../fixtures/runs/flames.ts';
import { profiled, RUN_VARIANTS, record } from '../fixtures/runs/records.ts';
import { traced } from '../fixtures/runs/traces.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { openFolds, Pages } from '../support/pages.ts';
import { madeUpTimelines } from '../support/timelines.ts';

/** Of variant number n: 1,000 jobs of 100 n to 100 n + 99.9 ms. */
const latencies = RUN_VARIANTS.map((variant, index) => {
  const times = Array.from({ length: 1_000 }, (_, job) => 100 * (index + 1) + job / 10);
  const service = latencySeries(sortNumbers(times), Math.min(...times), times.at(-1)!);
  return { variant, trials: 25, missing: 0, leftOut: 0, sampled: false, service, response: null };
});
const run = profiled({ variants: traced(record().variants) });
const html = renderRunPage(runView(run, [tinyFlame()], { latencies }));

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  assert.ok(box);
  return box;
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) < 1.5, `${what}: ${actual} is not ${expected}`);
}

describe('sections of the report in a browser', { skip: skipWithoutBrowser() }, () => {
  let pages: Pages;
  before(async () => {
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  test('a profile page with all sections, at 1440 px: at most 7,500 px high, no label of a time axis overlaps another', async () => {
    const flames = [realisticFlame('event-loop', 0), realisticFlame('worker-pool-batched', 2), tinyFlame()];
    const allocations = [plainAllocations(), pooledAllocations()];
    const view = runView(run, flames, { latencies, timelines: madeUpTimelines(), allocations });
    const opened = await pages.show(renderRunPage(view), { viewport: { width: 1_440, height: 900 } });
    const { page } = opened;
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(height > 4_000 && height <= 7_500, `${height} px`);
    const axes = await page.locator('.tl-axis').evaluateAll((all) =>
      all.map((axis) =>
        [...axis.querySelectorAll('text')].map((text) => {
          const { left, right } = text.getBoundingClientRect();
          return { left, right };
        }),
      ),
    );
    assert.ok(axes.length > 2 && axes.every((labels) => labels.length > 1));
    for (const labels of axes) {
      const apart = labels.every(({ left }, i) => i === 0 || left > labels[i - 1]!.right);
      assert.ok(apart, JSON.stringify(labels));
    }
    await pages.closeQuiet(opened);
  });

  test('marks stand where their figures say: rounds, the median’s interval, ideals, percentiles', async () => {
    const opened = await pages.show(html);
    const { page } = opened;
    const { walls, breakdowns } = runView(run, []);
    for (const [index, { interval, bottleneck }] of walls.bars.entries()) {
      const row = page.locator('.walls .bar').nth(index);
      const axis = await boxOf(row.locator('> svg'));
      const at = (ms: number) => axis.x + (axis.width * ms) / walls.axisMs;
      const expected = medianInterval(sortNumbers(walls.bars[index]!.dots.map(({ ms }) => ms)));
      assert.deepEqual(interval, expected);
      const band = await boxOf(row.locator('.interval'));
      near(band.x, at(interval!.low), 'low end');
      near(band.x + band.width, at(interval!.high), 'high end');
      const line = await boxOf(row.locator('.ideal'));
      near(line.x + line.width / 2, at(bottleneck!.idealMs), 'ideal');
      const share = await boxOf(page.locator('#breakdown .bar svg[role=img]').nth(index));
      const mark = await boxOf(page.locator('#breakdown .bar .ideal').nth(index));
      near(
        mark.x + mark.width / 2,
        share.x + share.width * breakdowns[index]!.bottleneck!.efficiency,
        'share',
      );
    }
    await page.locator('#latencies details.behind', { hasText: 'Share of jobs' }).locator('summary').click();
    const plots = page.locator('#latencies .plot');
    assert.equal(await plots.count(), 2);
    const [byPercentile, byTime] = [plots.nth(0), plots.nth(1)];
    const [area, folded] = [await boxOf(byPercentile), await boxOf(byTime)];
    // 0 to 499.9 ms, with a little room: in proportion to each other, whatever the room is.
    const medians = await Promise.all(
      RUN_VARIANTS.map(async (name) => {
        const mark = (plot: Locator) => boxOf(plot.locator(`g.v-${name} path.mark`).first());
        const [up, along] = [await mark(byPercentile), await mark(byTime)];
        near(along.y + along.height / 2, folded.y + folded.height / 2, `${name} at one half`);
        return {
          up: area.y + area.height - (up.y + up.height / 2),
          along: along.x + along.width / 2 - folded.x,
          percentile: up.x + up.width / 2,
        };
      }),
    );
    const last = medians[3]!;
    for (const [index, { up, along, percentile }] of medians.entries()) {
      const ofLast = (100 * (index + 1) + 49.95) / 449.95;
      near(up, last.up * ofLast, `${RUN_VARIANTS[index]}, percentiles`);
      near(along, last.along * ofLast, `${RUN_VARIANTS[index]}, shares`);
      near(percentile, last.percentile, `${RUN_VARIANTS[index]}, at p50`);
    }
    await pages.closeQuiet(opened);
  });

  test('contents stay in view, and lead to what is then seen below them', async () => {
    for (const width of [1_200, 420]) {
      const opened = await pages.show(html, { viewport: { width, height: 800 } });
      const { page } = opened;
      const contents = page.locator('nav.contents');
      const narrow = contents.locator('details');
      const list = width === 420 ? narrow : contents.locator('.wide');
      for (const id of ['latencies', 'environment']) {
        if (width === 420) await narrow.locator('summary').click();
        await list.locator(`a[href="#${id}"]`).click();
        const bar = await boxOf(contents);
        assert.equal(bar.y, 0);
        const heading = await boxOf(page.locator(`#${id} h2`));
        assert.ok(heading.y >= bar.y + bar.height - 1 && heading.y < 500, `${id}: ${heading.y}`);
        assert.equal(await narrow.evaluate((element) => (element as HTMLDetailsElement).open), false);
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await pages.closeQuiet(opened);
    }
  });

  test('the line of contents holds every section at 1,200 px, and the list opens without a script', async () => {
    const wide = await pages.show(html);
    const cut = await wide.page
      .locator('.contents .wide')
      .evaluate((line) => line.scrollWidth > line.clientWidth);
    assert.equal(cut, false);
    await pages.closeQuiet(wide);
    const narrow = await pages.show(html, {
      javaScriptEnabled: false,
      viewport: { width: 420, height: 800 },
    });
    await narrow.page.locator('.contents summary').click();
    assert.ok(await narrow.page.locator('.contents details a[href="#latencies"]').isVisible());
    await pages.closeQuiet(narrow);
  });

  test('a command of the exports section is copied by its button, at 420 px too', async () => {
    const opened = await pages.show(html, { viewport: { width: 420, height: 800 } });
    const { page } = opened;
    await openFolds(page);
    const command = page.locator('#exports li', { hasText: 'csv-trials' }).locator('.command');
    await command.locator('button').click();
    // Where the clipboard is closed to the page, the command is selected.
    await command.locator('button', { hasText: /Copied|Selected/ }).waitFor();
    assert.equal(
      await command.locator('code').innerText(),
      'threadmill export 20260704T101500Z-k3f9 --format csv-trials',
    );
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 420);
    await pages.closeQuiet(opened);
  });

  // A4 without its margins is 690 px wide.
  test('on paper: light, without what is for screens only, nothing cut off', async () => {
    const opened = await pages.show(html, { colorScheme: 'dark', viewport: { width: 690, height: 1_000 } });
    const { page } = opened;
    await page.emulateMedia({ media: 'print' });
    for (const screenOnly of ['.contents', '.toolbar']) {
      assert.equal(await page.locator(screenOnly).first().isVisible(), false, screenOnly);
    }
    assert.ok(await page.locator('#latencies .line.curve').first().isVisible());
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 690);
    await pages.closeQuiet(opened);
  });

  test('one heading of the first level, none left out in between; landmarks; every chart has words and a table', async () => {
    const opened = await pages.show(html);
    const { page } = opened;
    const levels = await page
      .locator('h1, h2, h3, h4')
      .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    for (const [index, level] of levels.entries()) {
      assert.ok(level <= (levels[index - 1] ?? 0) + 1, `${index}: h${level} after h${levels[index - 1]}`);
    }
    for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const) {
      assert.equal(await page.getByRole(role).count(), 1, role);
    }
    for (const id of ['breakdown', 'walls', 'latencies']) {
      const section = page.locator(`#${id}`);
      assert.ok((await section.locator('[role=img][aria-label]').count()) > 0, id);
      assert.ok((await section.locator('details.behind table').count()) > 0, id);
      assert.ok((await section.locator('.explainer').count()) > 0, id);
    }
    await pages.closeQuiet(opened);
  });
});
