import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { skipWithoutBrowser } from '../support/browser.ts';
import { PAGE_KINDS } from '../support/page-kinds.ts';
import { Pages } from '../support/pages.ts';

/** Each page is loaded once: the size of its window and its colours change while it is open. */
const WIDTHS = [1_440, 1_024, 768, 420];

describe('accessibility of every page in a browser', { skip: skipWithoutBrowser() }, () => {
  let pages: Pages;
  let axeSource = '';
  before(async () => {
    axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
    pages = await Pages.launch();
  });
  after(() => pages?.close());

  const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

  /** Rules whose result changes with the width of the window. */
  const BY_WIDTH = ['target-size', 'scrollable-region-focusable'];

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
    // All at once: to wait for each takes longer than the key does, and a frame is drawn after each.
    await Promise.all(Array.from({ length: count }, () => page.keyboard.press('Tab')));
    // Of a group of radio buttons the keyboard goes to one.
    return page
      .locator('[data-control]:not([data-reached]):not([type=radio]:not(:checked))')
      .evaluateAll((all) => all.map((each) => each.outerHTML.slice(0, 120)));
  }

  /**
   * Swatches: small, without text, and with a colour of their own that differs from the page. The second call, with
   * forced colours, gives those that lost theirs.
   */
  function swatches(page: Page): Promise<{ count: number; lost: string[] }> {
    return page.evaluate(() => {
      const bare = ['rgba(0, 0, 0, 0)', getComputedStyle(document.body).backgroundColor];
      const known = document.querySelectorAll('[data-swatch]');
      if (known.length > 0) {
        const gone = [...known].filter((each) => {
          const { backgroundColor } = getComputedStyle(each, each.getAttribute('data-swatch'));
          return bare.includes(backgroundColor);
        });
        return { count: known.length, lost: gone.map((each) => each.outerHTML.slice(0, 120)) };
      }
      for (const each of document.querySelectorAll('main *, footer *')) {
        if (!each.checkVisibility()) continue;
        for (const pseudo of ['', '::before']) {
          const style = getComputedStyle(each, pseudo);
          const box = pseudo === '' ? each.getBoundingClientRect() : null;
          const width = box?.width ?? Number.parseFloat(style.width);
          const height = box?.height ?? Number.parseFloat(style.height);
          const empty = pseudo === '' ? each.textContent === '' : style.content === '""';
          const small = Math.min(width, height) > 0 && Math.max(width, height) <= 20;
          if (empty && small && !bare.includes(style.backgroundColor)) {
            each.setAttribute('data-swatch', pseudo);
          }
        }
      }
      return { count: document.querySelectorAll('[data-swatch]').length, lost: [] };
    });
  }

  for (const [name, draw] of Object.entries(PAGE_KINDS)) {
    test(`${name} page: axe and overflow at four widths in light and dark, Tab order, forced colours and print`, async () => {
      const opened = await pages.show(draw());
      const { page } = opened;
      await page.evaluate(axeSource);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) {
          details.removeAttribute('name');
          details.open = !details.matches('.options');
        }
      });
      const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: 'light' });
        assert.ok((await tooWide()) <= 0, `${width} px`);
        // What axe finds depends on the window by size and scrolling alone; on the colours by contrast.
        const isExtreme = width === WIDTHS[0] || width === WIDTHS.at(-1);
        assert.deepEqual(await violations(page, isExtreme ? TAGS : BY_WIDTH), [], `${width} px, light`);
        await page.emulateMedia({ colorScheme: 'dark' });
        assert.ok((await tooWide()) <= 0, `${width} px, dark`);
        if (isExtreme) assert.deepEqual(await violations(page, ['color-contrast']), [], `${width} px, dark`);
      }
      assert.deepEqual(await unreached(page), []);

      await page.setViewportSize({ width: 690, height: 1_000 });
      await page.emulateMedia({ colorScheme: 'light' });
      const { count } = await swatches(page);
      if (name === 'run') assert.ok(count > 20, `${count} swatches`);
      await page.emulateMedia({ forcedColors: 'active' });
      assert.deepEqual((await swatches(page)).lost, []);

      await page.emulateMedia({ forcedColors: 'none', media: 'print' });
      const broken = await page
        .locator('figure, .chart, .bar, .trend, .tl-panels, .flame-box, .timeline-frame')
        .evaluateAll((all) => all.filter((each) => getComputedStyle(each).breakInside !== 'avoid').length);
      assert.equal(broken, 0);
      assert.ok((await tooWide()) <= 0, 'print');
      await pages.closeQuiet(opened);
    });
  }

  test('paper holds the closed appendix', async () => {
    const opened = await pages.show(PAGE_KINDS.run!());
    const { page } = opened;
    assert.equal(await page.locator('#environment').isVisible(), false);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#environment').evaluate((part) => part.checkVisibility()), true);
    await pages.closeQuiet(opened);
  });
});
