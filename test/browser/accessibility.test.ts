import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { conclude } from '../../src/analysis/gates/conclude.ts';
import { analyseSweep } from '../../src/analysis/sweep/analyse.ts';
import type { FlameData } from '../../src/core/documents/flame.ts';
import { renderComparePage } from '../../src/output/pages/compare/page.ts';
import { comparePageView } from '../../src/output/pages/compare/view.ts';
import { renderRecordingComparison } from '../../src/output/pages/recording/compare-page.ts';
import { compareRecordings } from '../../src/output/pages/recording/compare-view.ts';
import { renderRecordingPage } from '../../src/output/pages/recording/page.ts';
import { recordingView } from '../../src/output/pages/recording/view.ts';
import { renderReportHtml } from '../../src/output/pages/run/page.ts';
import { buildReportView } from '../../src/output/pages/run/view.ts';
import { renderSweepHtml } from '../../src/output/pages/sweep/page.ts';
import { plainAllocations, pooledAllocations } from '../fixtures/runs/allocations.ts';
import { realisticFlame, tinyFlame } from '../fixtures/runs/flames.ts';
import { profiled, record } from '../fixtures/runs/records.ts';
import { traced } from '../fixtures/runs/traces.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { indexHtml } from '../support/index-html.ts';
import { openFolds, Pages } from '../support/pages.ts';
import { recordOfWalls, steady } from '../support/record-of-walls.ts';
import { loadedOf } from '../support/sample-recording.ts';
import { crossoverSweep } from '../support/sample-sweep.ts';
import { madeUpTimelines } from '../support/timelines.ts';

const flames = (): FlameData[] => [realisticFlame('event-loop', 0), realisticFlame('worker-pool-batched', 2)];

function runPage(): string {
  const run = profiled({ variants: traced(record().variants) });
  const allocations = [plainAllocations(), pooledAllocations()];
  const view = buildReportView(run, [...flames(), tinyFlame()], {
    timelines: madeUpTimelines(),
    allocations,
  });
  return renderReportHtml(view);
}

function comparePage(): string {
  const side = (id: string) => {
    const run = profiled();
    return {
      record: { ...run, id, variants: traced(run.variants), spec: { ...run.spec, runId: id } },
      ...{ flames: flames(), problems: [], href: null },
    };
  };
  return renderComparePage(comparePageView(side('a'), side('b')));
}

function profilePage(): string {
  const [one, other] = flames().map((flame) =>
    recordingView({ ...loadedOf(flame, [{}]), imported: true }, 100),
  );
  return renderRecordingComparison(compareRecordings(one!, other!), 'threadmill report --cpuprofile a b');
}

function recordingPage(): string {
  const place = { name: 'parse', file: 'src/parse.ts', line: 3 };
  const loaded = loadedOf(realisticFlame('event-loop', 1), [{ busyMs: 900 }, { busyMs: 20 }], {
    stalls: [
      {
        ...{ thread: 0, startUs: 1_000, endUs: 90_000, over: true, cpuMs: 80, cpuWaitMs: 1, kind: 'cpu' },
        ...{ function: place, share: 1, stack: [place, place], requests: 2 },
      },
    ],
    waits: [
      {
        ...{ kind: 'http-out', target: 'api.example.com', site: 'src/api.ts:12' },
        ...{ count: 3, failed: 1, totalMs: 9, maxMs: 4 },
      },
    ],
  });
  return renderRecordingPage(recordingView(loaded));
}

function sweepPage(): string {
  const sweep = crossoverSweep();
  sweep.analysis = analyseSweep(sweep);
  return renderSweepHtml(sweep);
}

function indexPage(): string {
  return indexHtml(
    Array.from({ length: 8 }, (_, run) => {
      const createdAt = `2026-11-0${run + 1}T00:00:00.000Z`;
      const id = `run-${run}`;
      return { id, record: profiled({ id, createdAt }), problem: null, hasReport: true };
    }),
  );
}

function againstPage(): string {
  const walls = { sequential: steady(1_449), 'event-loop': steady(130) };
  const run = recordOfWalls({ ...walls, 'event-loop': steady(60) });
  const { comparison, gates } = conclude(run, recordOfWalls(walls), []);
  return renderReportHtml(buildReportView({ ...run, comparedWith: comparison, gates: [...gates] }, []));
}

/** Each page is loaded once: the size of its window and its colours change while it is open. */
const WIDTHS = [1_440, 420];

/** What has its meaning by colour alone, on the run page. */
const SWATCHES: readonly (readonly [selector: string, pseudo: string | null])[] = [
  ['.variant', '::before'],
  ['.parts li', '::before'],
  ['.kind-bar i', null],
  ['.kinds i', null],
  ['.diff-legend .scale i', null],
  ['.timeline-legend i', null],
  ['.swatch', null],
];

describe('accessibility of every page in a browser', { skip: skipWithoutBrowser() }, () => {
  let pages: Pages;
  let axeSource = '';
  before(async () => {
    axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

  /** Rules that are broken, each with the first elements. */
  function violations(page: Page, runOnly: readonly string[]): Promise<string[]> {
    return page.evaluate(async (rules) => {
      const { axe: checker } = window as unknown as { axe: typeof axe };
      const { violations: found } = await checker.run(document, {
        ...{ runOnly: [...rules], resultTypes: ['violations'] },
      });
      return found.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.length}, ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 200))
            .join(' | ')}`,
      );
    }, runOnly);
  }

  /** Controls that can be seen and that the Tab key does not come to. */
  async function unreached(page: Page): Promise<string[]> {
    const count = await page.evaluate(() => {
      const controls = 'a[href], button:not(:disabled), input, select, summary, [tabindex="0"]';
      const seen = [...document.querySelectorAll<HTMLElement>(controls)].filter((each) =>
        each.checkVisibility({ visibilityProperty: true }),
      );
      for (const each of seen) each.addEventListener('focus', () => each.setAttribute('data-reached', ''));
      (document.activeElement as HTMLElement).blur();
      for (const each of seen) each.setAttribute('data-control', '');
      return seen.length;
    });
    for (let i = 0; i < count; i += 1) await page.keyboard.press('Tab');
    // Of a group of radio buttons the keyboard goes to one.
    return page
      .locator('[data-control]:not([data-reached]):not([type=radio]:not(:checked))')
      .evaluateAll((all) => all.map((each) => each.outerHTML.slice(0, 120)));
  }

  for (const [name, draw] of [
    ['run', runPage],
    ['comparison', comparePage],
    ['profile', profilePage],
    ['recording', recordingPage],
    ['sweep', sweepPage],
    ['index', indexPage],
    ['against', againstPage],
  ] as const) {
    test(`${name} page: axe finds nothing at two widths in light and dark, and Tab comes to every control`, async () => {
      const opened = await pages.show(draw());
      const { page } = opened;
      await page.evaluate(axeSource);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) {
          details.removeAttribute('name');
          details.open = !details.matches('.options');
        }
      });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: 'light' });
        assert.deepEqual(await violations(page, TAGS), [], `${width} px, light`);
        // What else there is to find does not depend on colours.
        await page.emulateMedia({ colorScheme: 'dark' });
        assert.deepEqual(await violations(page, ['color-contrast']), [], `${width} px, dark`);
      }
      assert.deepEqual(await unreached(page), []);
      await pages.closeQuiet(opened);
    });
  }

  test('forced colours keep swatches and legends; paper holds the closed appendix, and breaks no figure', async () => {
    const opened = await pages.show(runPage(), { viewport: { width: 690, height: 1_000 } });
    const { page } = opened;
    assert.equal(await page.locator('#environment').isVisible(), false);
    await openFolds(page);
    await page.emulateMedia({ forcedColors: 'active' });
    const painted = await page.evaluate(
      (swatches) =>
        swatches.map(([selector, pseudo]) => {
          const found = document.querySelector(selector);
          return [selector, found === null ? null : getComputedStyle(found, pseudo).backgroundColor] as const;
        }),
      SWATCHES,
    );
    const canvas = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    for (const [selector, colour] of painted) {
      assert.ok(colour !== null && colour !== canvas, `${selector}: ${colour}`);
    }
    await page.emulateMedia({ forcedColors: 'none', media: 'print' });
    await page.locator('#appendix').evaluate((fold) => fold.removeAttribute('open'));
    const appendix = await page.locator('#environment').evaluate((part) => part.checkVisibility());
    assert.equal(appendix, true);
    const broken = await page
      .locator('figure, .chart, .bar, .trend, .tl-panels, .flame-box, .timeline-frame')
      .evaluateAll((all) => all.filter((each) => getComputedStyle(each).breakInside !== 'avoid').length);
    assert.equal(broken, 0);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 690);
    await pages.closeQuiet(opened);
  });
});
