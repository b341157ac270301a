import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import type { FlameData } from '../../src/core/documents/flame.ts';
import { renderComparePage } from '../../src/output/pages/compare/page.ts';
import { renderCompareRecordingsPage } from '../../src/output/pages/compare-recordings/page.ts';
import { compareView } from '../../src/output/view/compare.ts';
import { compareRecordingsView } from '../../src/output/view/compare-recordings.ts';
import { type RecordingView, recordingView } from '../../src/output/view/recording.ts';
import { flame, realisticFlame } from '../fixtures/runs/flames.ts';
import { profiled } from '../fixtures/runs/records.ts';
import { traced } from '../fixtures/runs/traces.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { indexHtml } from '../support/index-html.ts';
import { type OpenedPage, Pages } from '../support/pages.ts';
import { loadedOf } from '../support/sample-recording.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)>';
const skip = skipWithoutBrowser();

function external(data: FlameData, name: string): RecordingView {
  const loaded = loadedOf({ ...data, variant: name }, [{ label: name }], { name, id: name });
  return recordingView({ ...loaded, imported: true }, 100);
}

/** As a function, a file and a profile may be called. */
const evil = flame(HOSTILE, [
  [
    HOSTILE,
    [
      '(root)',
      0,
      [
        ['(idle)', 5_000],
        [HOSTILE, 4_000, [['parseOrders', 3_000]]],
      ],
    ],
  ],
]);

const twoProfiles = (): string =>
  renderCompareRecordingsPage(
    compareRecordingsView(
      external(realisticFlame('event-loop', 0), 'before.cpuprofile'),
      external(evil, HOSTILE),
    ),
    `threadmill report --cpuprofile ${HOSTILE}`,
  );

function twoRuns(): string {
  const run = (id: string, workers: number, extra: readonly FlameData[]) => {
    const record = profiled();
    return {
      record: { ...record, id, variants: traced(record.variants), spec: { ...record.spec, runId: id } },
      flames: [realisticFlame('event-loop', 0), realisticFlame('worker-pool', workers), ...extra],
      problems: [],
      href: null,
    };
  };
  const odd = { ...evil, variant: 'sequential' };
  return renderComparePage(compareView(run('a', 1, [odd]), run('b', 2, [realisticFlame('sequential', 0)])));
}

describe('pages of two runs and of other profiles, in a browser', { skip }, () => {
  let pages: Pages;
  before(async () => {
    pages = await Pages.launch();
  });
  after(async () => {
    await pages?.close();
  });

  async function show(html: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const opened = await pages.show(html, options);
    await opened.page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    return opened;
  }

  const PAGES = [
    ['profiles', twoProfiles, ['sides', 'difference', 'threads', 'profiles', 'repeat'], 3],
    ['runs', twoRuns, ['changes', 'walls', 'breakdown', 'profiles', 'environment'], 3],
  ] as const;

  for (const [name, draw, sections, canvases] of PAGES) {
    test(`two ${name}: every section is there, asks for nothing and is inert`, async () => {
      const opened = await show(draw());
      const { page } = opened;
      for (const id of sections) {
        assert.ok(((await page.locator(`#${id}`).boundingBox())?.height ?? 0) > 40, id);
      }
      assert.equal(await page.locator('canvas').count(), canvases);
      assert.equal(await page.locator('img').count(), 0);
      assert.match(await page.locator('body').innerText(), /<\/script><img src=x onerror=alert\(1\)>/);
      await pages.closeQuiet(opened);
    });

    test(`two ${name}: fits 420 px, in the dark, and has tables without a script`, async () => {
      const narrow = { viewport: { width: 420, height: 900 }, colorScheme: 'dark' } as const;
      const opened = await show(draw(), narrow);
      const wide = () => document.documentElement.scrollWidth > window.innerWidth;
      assert.equal(await opened.page.evaluate(wide), false);
      await pages.closeQuiet(opened);

      const plain = await pages.show(draw(), { ...narrow, javaScriptEnabled: false });
      assert.equal(await plain.page.locator('[data-island]:has(table)').count(), canvases);
      assert.ok((await plain.page.locator('[data-island=diff] tbody tr').count()) > 3);
      await pages.closeQuiet(plain);
    });
  }

  test('two profiles: the differential shows what changed, per job', async () => {
    const opened = await show(twoProfiles());
    const { page } = opened;
    const difference = page.locator('#difference');
    assert.match(await difference.innerText(), /parseOrders/);
    assert.match(await difference.innerText(), /per job/);
    assert.equal(await difference.locator('canvas').count(), 1);
    await pages.closeQuiet(opened);
  });

  test('two runs: a variant is compared with itself, unless another is chosen', async () => {
    const opened = await show(twoRuns());
    const { page } = opened;
    const trial = page.locator('#profile-worker-pool');
    assert.equal(await trial.locator('select[name=a]').inputValue(), 'before-worker-pool');
    assert.equal(await trial.locator('select[name=b]').inputValue(), 'after-worker-pool');
    await trial.locator('select[name=a]').selectOption('after-event-loop');
    await page.waitForFunction(() => location.hash.includes('diff.worker-pool.a=after-event-loop'));
    await pages.closeQuiet(opened);
  });
});

describe('the list of runs, in a browser', { skip }, () => {
  let pages: Pages;
  before(async () => {
    pages = await Pages.launch();
  });
  after(async () => {
    await pages?.close();
  });

  const list = (): string => {
    const run = (id: string, command: 'bench' | 'profile', out = 'profiles') => {
      const record = profiled();
      const createdAt = `2026-11-0${id}T00:00:00.000Z`;
      return { id, record: { ...record, id, out, command, createdAt }, problem: null, hasReport: true };
    };
    return indexHtml([run('1', 'bench'), run('2', 'profile', `it's`), run('3', 'bench')]);
  };

  test('search: hides what lacks a word, and counts the rest', async () => {
    const opened = await pages.show(list());
    const { page } = opened;
    await page.keyboard.press('/');
    await page.keyboard.type('profile 2026-11-02');
    assert.equal(await page.locator('.runs > li:visible').count(), 1);
    assert.equal(await page.locator('.search [role=status]').innerText(), '1 of 3');
    await pages.closeQuiet(opened);
  });

  test('two ticked runs: the command compares the older with the newer, quoted for a shell', async () => {
    const opened = await pages.show(list());
    const { page } = opened;
    const ticks = page.locator('.tick input');
    const command = page.locator('.compare code');
    await ticks.nth(0).check();
    assert.equal(await command.isVisible(), false);
    await ticks.nth(1).check();
    assert.equal(await command.innerText(), "threadmill report --compare 'it'\\''s/2' 3");
    // A third one takes the place of the first.
    await ticks.nth(2).check();
    assert.equal(await ticks.nth(0).isChecked(), false);
    assert.equal(await command.innerText(), "threadmill report --compare 1 'it'\\''s/2'");
    // Where the page has no access to the clipboard, the command is selected.
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.getByRole('button', { name: 'Copy' }).click();
    assert.equal(await page.evaluate(() => String(getSelection())), await command.innerText());
    await pages.closeQuiet(opened);
  });

  test('runs that are ticked from the start, as after a reload, are compared', async () => {
    const box = 'type="checkbox"';
    const opened = await pages.show(
      list().replace(box, `${box} checked`).replace(`${box} v`, `${box} checked v`),
    );
    const ticked = opened.page.locator('.tick input:checked');
    assert.equal(await ticked.count(), 2);
    const command = await opened.page.locator('.compare code').innerText();
    assert.equal(command, "threadmill report --compare 'it'\\''s/2' 3");
    await pages.closeQuiet(opened);
  });

  test('without a script there is no search field and no tick box', async () => {
    const opened = await pages.show(list(), { javaScriptEnabled: false });
    assert.equal(await opened.page.locator('.search:visible, .tick:visible, .compare:visible').count(), 0);
    assert.equal(await opened.page.locator('.runs > li').count(), 3);
    await pages.closeQuiet(opened);
  });
});
