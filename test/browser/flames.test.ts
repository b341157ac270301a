// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees, line breaks included

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { runView } from '../../src/output/view/run.ts';
import { type Call, flame, realisticFlame, tinyFlame } from '../fixtures/runs/flames.ts';
import { profiled } from '../fixtures/runs/records.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { type OpenedPage, openFolds, Pages, savedBy } from '../support/pages.ts';

const skip = skipWithoutBrowser();

/**
 * 360 jobs on each side, a sample a ms. Own time per job, µs:
 *
 *     sequential   work 2,778 ─ inner 1,389 · gone 1,111
 *     event-loop   work 5,556 ─ inner 1,389 · added 1,111
 */
const sequential = flame('sequential', [
  [
    'main thread',
    [
      '(root)',
      0,
      [
        ['(idle)', 9e6],
        ['work', 1e6, [['inner', 5e5]]],
        ['gone', 4e5],
      ],
    ],
  ],
]);
const eventLoop = flame('event-loop', [
  [
    'main thread',
    [
      '(root)',
      0,
      [
        ['(idle)', 1e6],
        ['work', 2e6, [['inner', 5e5]]],
        ['added', 4e5],
      ],
    ],
  ],
]);

describe('flamegraphs in a browser', { skip }, () => {
  let pages: Pages;
  let path = '';

  before(async () => {
    pages = await Pages.launch();
    const flames = [sequential, eventLoop, tinyFlame(), realisticFlame('worker-pool-batched', 2)];
    const opened = await pages.show(renderRunPage(runView(profiled(), flames)));
    path = new URL(opened.page.url()).pathname;
    await pages.closeQuiet(opened);
  });
  after(async () => {
    await pages?.close();
  });

  /** As it is at first. */
  const openPlain = async (hash = '', options: BrowserContextOptions = {}): Promise<OpenedPage> => {
    const opened = await pages.open(path, options, hash);
    return opened;
  };
  /** With nothing folded up. */
  const open = async (hash = '', options: BrowserContextOptions = {}): Promise<OpenedPage> => {
    const opened = await openPlain(hash, options);
    await openFolds(opened.page);
    return opened;
  };
  const pool = (page: Page): Locator => page.locator('#profile-worker-pool');
  const two = (page: Page): Locator => page.locator('#compare-two');
  const crumbs = (part: Locator): Promise<string[]> => part.locator('.crumbs li').allInnerTexts();
  const hash = (page: Page): Promise<string> => page.evaluate(() => location.hash);
  const hashHas = async (page: Page, text: string): Promise<void> => {
    await page.waitForFunction((wanted) => location.hash.includes(wanted), text);
  };

  test('a link shows what its sender saw', async () => {
    const opened = await open();
    const { page } = opened;
    assert.equal(await hash(page), '');
    await pool(page).locator('[name=thread]').selectOption({ label: 'worker 1' });
    await pool(page).locator('[name=unit]').selectOption('job');
    await pool(page).locator('[name=search]').fill('/^parse$/');
    const box = await pool(page).locator('canvas').boundingBox();
    assert.ok(box);
    // Rows: worker 1, processResponse, parseOrders.
    await pool(page)
      .locator('canvas')
      .click({ position: { x: box.width * 0.5, y: 22 * 2 + 10 } });
    await hashHas(page, 'flame.worker-pool.zoom=');
    const link = await hash(page);
    assert.match(
      link,
      /^#flame\.worker-pool\.thread=1&flame\.worker-pool\.unit=job&flame\.worker-pool\.search=/,
    );
    await pages.closeQuiet(opened);

    const again = await openPlain(link);
    const seen = pool(again.page);
    assert.deepEqual(await crumbs(seen), ['worker 1', 'processResponse', 'parseOrders']);
    assert.equal(await seen.locator('[name=thread]').inputValue(), '1');
    assert.equal(await seen.locator('[name=search]').inputValue(), '/^parse$/');
    assert.match(await seen.locator('output').innerText(), /^27\.8% matched in 1 function/);
    // It goes to what was changed, which is far down the page.
    assert.ok((await again.page.evaluate(() => scrollY)) > 500);
    // What is as usual is left out.
    await seen.getByRole('button', { name: 'Reset zoom' }).click();
    await seen.locator('[name=search]').fill('');
    await seen.locator('[name=unit]').selectOption('share');
    await again.page.waitForFunction(() =>
      /^#flame\.worker-pool\.thread=1&flame\.worker-pool\.chosen=\w+$/.test(location.hash),
    );
    await pages.closeQuiet(again);
  });

  test('what is unfolded is in the link, and links unfold what they lead to', async () => {
    const opened = await openPlain();
    const { page } = opened;
    const shown = (): Promise<string[]> =>
      page.locator('#profiles .fold[open]').evaluateAll((folds) => folds.map(({ id }) => id));
    assert.deepEqual(await shown(), ['profile-event-loop']);
    await pool(page).locator('summary').first().click();
    await hashHas(page, 'tab.profiles');
    const link = await hash(page);
    assert.equal(link, '#tab.profiles=profile-worker-pool');
    assert.deepEqual(await shown(), ['profile-worker-pool']);
    assert.ok(await pool(page).locator('canvas').isVisible());
    // The open one stays open.
    await pool(page).locator('summary').first().click();
    assert.deepEqual(await shown(), ['profile-worker-pool']);
    await page.locator('#profile-event-loop summary').first().click();
    await page.waitForFunction(() => location.hash === '');
    assert.deepEqual(await shown(), ['profile-event-loop']);
    // An anchor of something that is folded up.
    await page.evaluate(() => {
      location.hash = '#profile-sequential';
    });
    await page.waitForFunction(() => document.querySelector('#profile-sequential canvas')?.clientWidth);
    assert.deepEqual(await shown(), ['profile-sequential']);
    await pages.closeQuiet(opened);
    const again = await openPlain(link);
    const folds = again.page.locator('#profiles .fold[open]');
    assert.deepEqual(await folds.evaluateAll((each) => each.map(({ id }) => id)), ['profile-worker-pool']);
    assert.ok((await again.page.evaluate(() => scrollY)) > 500);
    await pages.closeQuiet(again);
  });

  test('anchors keep what was chosen, and back leads to what there was', async () => {
    const opened = await open();
    const { page } = opened;
    const thread = pool(page).locator('[name=thread]');
    await thread.selectOption('0');
    await hashHas(page, 'thread=0');
    await page.evaluate(() => {
      location.hash = '#summary';
    });
    await hashHas(page, '#summary&flame.worker-pool.thread=0');
    assert.equal(await thread.inputValue(), '0');
    await thread.selectOption('one');
    await hashHas(page, 'thread=one');
    await page.goBack();
    await page.waitForFunction(() => location.hash === '#flame.worker-pool.thread=0');
    assert.equal(await thread.inputValue(), '0');
    await page.goForward();
    await hashHas(page, '#summary&flame.worker-pool.thread=one');
    assert.equal(await thread.inputValue(), 'one');
    assert.equal(await page.evaluate(() => history.length), 3);
    await pages.closeQuiet(opened);
  });

  test('a link that somebody made up shows the page as usual', async () => {
    const made = [
      '#flame.worker-pool.thread=99&flame.worker-pool.zoom=%3Cimg%3E&flame.worker-pool.direction=constructor',
      '&__proto__=1&flame.worker-pool.unit=%E0%A4&diff.two.a=nobody&=&&%&flame.worker-pool.search=/(((/',
    ].join('');
    const opened = await open(made);
    const { page } = opened;
    assert.equal(await pool(page).locator('[name=thread]').inputValue(), 'levels');
    assert.equal(await pool(page).locator('[name=direction]').inputValue(), 'top-down');
    assert.match(await pool(page).locator('output').innerText(), /[Ii]nvalid regular expression/);
    assert.deepEqual(await crumbs(pool(page)), []);
    assert.equal(await two(page).locator('[name=a]').inputValue(), 'sequential');
    await pages.closeQuiet(opened);
  });

  test('read from the function up, and without recursion', async () => {
    const opened = await open();
    const { page } = opened;
    const frame = pool(page).locator('.flame-frame');
    const selection = pool(page).locator('.flame-selection');
    await pool(page).locator('[name=thread]').selectOption('one');
    await pool(page).locator('[name=direction]').selectOption('bottom-up');
    await frame.focus();
    // The functions by their own time: parseOrders 6, dispatch 3, parse 2.5 ms.
    for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    assert.match(await selection.innerText(), /^parseOrders .* self 6\.00 ms \(46\.2%, 16\.7 µs per job\)/);
    for (const key of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    assert.match(await selection.innerText(), /^runTrial .* of dispatch’s own 3\.00 ms/);
    await page.keyboard.press('Enter');
    assert.deepEqual(await crumbs(pool(page)), ['all threads', 'dispatch', 'runTrial']);
    await pool(page).locator('[name=direction]').selectOption('top-down');
    await pool(page).locator('.options summary').click();
    await pool(page).locator('[name=recursion]').check();
    await pool(page).locator('.options summary').click();
    // The function that was chosen stays so in another order, and arrow keys move from its box.
    assert.match(
      await selection.innerText(),
      /^runTrial .* self 1\.00 ms .* total 4\.00 ms .* rank by self 4 of 5$/,
    );
    await frame.focus();
    await page.keyboard.press('ArrowUp');
    assert.match(
      await selection.innerText(),
      /^all threads thread self 0 ms .* total 13\.0 ms \(100%[^)]*\)$/,
    );
    for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    assert.match(await selection.innerText(), /^parseOrders .* self 6\.00 ms .* total 8\.50 ms/);
    await pages.closeQuiet(opened);
  });

  test('what is drawn can be taken along', async () => {
    const opened = await open('#flame.sequential.search=x');
    const { page } = opened;
    const saved = async (name: string): Promise<string> => {
      const button = page.locator('#profile-sequential').getByRole('button', { name });
      const download = await savedBy(page, () => button.click());
      assert.match(download.suggestedFilename(), /^sequential\.(folded\.txt|speedscope\.json)$/);
      return readFile(await download.path(), 'utf8');
    };
    const folded = (await saved('folded stacks')).trimEnd().split('\n');
    assert.deepEqual(
      folded.map((line) => Number(/ (\d+)$/.exec(line)?.[1])),
      [1e6, 5e5, 4e5],
    );
    assert.match(folded[1] ?? '', /work .*;inner /);
    const { profiles } = JSON.parse(await saved('speedscope')) as { profiles: { weights: number[] }[] };
    assert.deepEqual(profiles[0]?.weights, [1e6, 5e5, 4e5]);
    await pages.closeQuiet(opened);
  });

  test('the bar says whose code it was, and makes it stand out', async () => {
    const opened = await open();
    const { page } = opened;
    const kinds = pool(page).locator('.kinds button');
    assert.deepEqual(
      (await kinds.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
      ['your code 50.0%', 'undici@7.30.2 23.1%', 'Threadmill 7.7%', 'native 19.2%'],
    );
    const picture = (): Promise<string> =>
      pool(page)
        .locator('canvas')
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const whole = await picture();
    await kinds.nth(3).click();
    assert.equal(await kinds.nth(3).getAttribute('aria-pressed'), 'true');
    assert.notEqual(await picture(), whole);
    await kinds.nth(3).click();
    await page.mouse.move(0, 0);
    assert.equal(await picture(), whole);
    await pages.closeQuiet(opened);
  });

  test('two variants compared: what one job costs, the stacks, what changed most', async () => {
    const opened = await open();
    const { page } = opened;
    const noise = two(page).locator('.topChanges details summary');
    assert.match(await noise.innerText(), /^1 function /);
    await noise.click();
    assert.match(
      await two(page).locator('.diff-totals').innerText(),
      /A\s*sequential: 5\.28 ms of running code per job, about 1,900 samples over 360 jobs[\s\S]*B\s*event-loop: 8\.06 ms[\s\S]*\+2\.78 ms .* 53% more/,
    );
    const rows = async (): Promise<string[]> =>
      (await two(page).locator('tbody tr').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
    const [first, ...others] = await rows();
    assert.match(first ?? '', /^work .* 2\.78 ms 5\.56 ms \+2\.78 ms 456 µs$/);
    assert.deepEqual(
      others.map((row) => row.replace(/ examples\S* /, ' ')),
      [
        'added — 1.11 ms +1.11 ms only in B 167 µs',
        'gone 1.11 ms — −1.11 ms only in A 167 µs',
        'inner 1.39 ms 1.39 ms ±0 µs 264 µs',
      ],
    );
    assert.equal(await two(page).locator('tr.noise').count(), 1);

    const canvas = two(page).locator('canvas');
    const box = await canvas.boundingBox();
    assert.ok(box);
    await canvas.hover({ position: { x: 20, y: 22 + 10 } });
    assert.match(
      (await two(page).locator('.tooltip').innerText()).replace(/\s+/g, ' '),
      /^work .*A, sequential 4\.17 ms per job B, event-loop 6\.94 ms per job change \+2\.78 ms/,
    );
    const colours = async (): Promise<{ more: number; less: number }> =>
      canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const copy = document.createElement('canvas');
        Object.assign(copy, { width, height });
        const context = copy.getContext('2d', { willReadFrequently: true });
        context?.drawImage(element as HTMLCanvasElement, 0, 0);
        const pixels = context?.getImageData(0, 0, width, height).data ?? [];
        const found = { more: 0, less: 0 };
        for (let i = 0; i < pixels.length; i += 4) {
          // Purple, green.
          const apart = (pixels[i] ?? 0) - (pixels[i + 1] ?? 0);
          if (apart > 30) found.more += 1;
          if (apart < -30) found.less += 1;
        }
        return found;
      });
    const both = await colours();
    assert.ok(both.more > 1_000 && both.less > 1_000, JSON.stringify(both));
    await two(page).locator('[name=width]').selectOption('b');
    await page.mouse.move(0, 0);
    assert.ok((await colours()).less < 100);
    await two(page).locator('[name=width]').selectOption('larger');

    // A stack of one side only has no width on the other: all is drawn there.
    await two(page).locator('.flame-frame').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    const [, only] = await crumbs(two(page));
    assert.ok(only === 'gone' || only === 'added', only);
    await two(page)
      .locator('[name=width]')
      .selectOption(only === 'gone' ? 'b' : 'a');
    assert.deepEqual(await crumbs(two(page)), []);
    await two(page).locator('[name=width]').selectOption('larger');
    assert.equal((await crumbs(two(page))).length, 2);
    await two(page).getByRole('button', { name: 'Reset zoom' }).click();

    await two(page).getByRole('button', { name: 'Swap' }).click();
    assert.match((await rows())[0] ?? '', /^work .* 5\.56 ms 2\.78 ms −2\.78 ms/);
    await two(page).locator('.pick', { hasText: 'gone' }).click();
    assert.equal(await two(page).locator('[name=search]').inputValue(), 'gone');
    await hashHas(page, 'diff.two.search=gone');
    await two(page).locator('[name=b]').selectOption('worker-pool');
    await hashHas(page, 'diff.two.b=worker-pool');
    await two(page).locator('[name=direction]').selectOption('bottom-up');
    const link = await hash(page).then((text) => `${text}&diff.two.direction=bottom-up`);
    await two(page).locator('.flame-frame').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    const zoomed = await crumbs(two(page));
    assert.equal(zoomed.length, 2);
    await pages.closeQuiet(opened);

    const again = await open(link);
    assert.match(
      await two(again.page).locator('.diff-totals').innerText(),
      /A\s*event-loop[\s\S]*B\s*worker-pool/,
    );
    await pages.closeQuiet(again);
  });

  test('callers of the first function that is chosen are read from that function up', async () => {
    const chain = [...'abcdefghijkl'].reduceRight<Call>(
      (below, name) => [name, 0, [below]],
      ['deepest', 1e6],
    );
    const deep = flame('event-loop', [['main thread', ['(root)', 0, [chain]]]]);
    const opened = await pages.show(renderRunPage(runView(profiled(), [deep])), {
      viewport: { width: 1_200, height: 500 },
    });
    const { page } = opened;
    await openFolds(page);
    const part = page.locator('#profile-event-loop');
    await part.getByRole('button', { name: 'Expand' }).click();
    await part.getByRole('button', { name: 'Next hottest' }).click();
    await page.waitForFunction(() => {
      const callers = document.querySelector('.sandwich .flame-frame');
      if (callers === null) return false;
      const { scrollTop, clientHeight, scrollHeight } = callers;
      return scrollHeight > clientHeight && scrollTop + clientHeight >= scrollHeight - 1;
    });
    await pages.closeQuiet(opened);
  });

  test('without a script the tables stand', async () => {
    const opened = await pages.open(path, { javaScriptEnabled: false });
    await two(opened.page).locator('summary').first().click();
    assert.match(
      await two(opened.page).innerText(),
      /Running code per job: 5\.28 ms in sequential, 8\.06 ms/,
    );
    assert.match(await two(opened.page).locator('tbody tr').first().innerText(), /^work[\s\S]*\+2\.78 ms/);
    await pages.closeQuiet(opened);
  });

  test('what cannot be drawn says so, and its table stays', async () => {
    const html = await readFile(path, 'utf8');
    const opened = await pages.show(html.replace(/("numbers":\{[^}]*"data":")[^"]*/, '$1!'));
    await openFolds(opened.page);
    const part = opened.page.locator('#profile-sequential');
    await part.locator('.bad').waitFor();
    assert.match(await part.innerText(), /could not be drawn: .*not base64[\s\S]*work\s[\s\S]*1,000 ms/);
    assert.ok(opened.trouble.splice(0).every((text) => text.includes('not base64')));
    await pages.closeQuiet(opened);
  });

  for (const options of [
    { viewport: { width: 420, height: 800 }, colorScheme: 'light' },
    { viewport: { width: 420, height: 800 }, colorScheme: 'dark' },
  ] as const) {
    test(`fits 420 px, ${options.colorScheme}`, async () => {
      const opened = await open('', options);
      const { page } = opened;
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 420);
      assert.equal(await page.locator('canvas').count(), 7);
      await pages.closeQuiet(opened);
    });
  }

  test('on paper everything is drawn', async () => {
    const opened = await pages.open(path);
    await opened.page.emulateMedia({ media: 'print' });
    assert.equal(await opened.page.locator('.toolbar :is(select, input):visible').count(), 0);
    await pages.closeQuiet(opened);
  });
});
