import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Download, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';

/** A page that was opened from disk, and all that happened to it since. */
export interface OpenedPage {
  readonly page: Page;
  /** What was asked for besides the file itself. */
  readonly requests: string[];
  /** Whatever the console said, exceptions and dialogs. */
  readonly trouble: string[];
}

/** A browser, and a folder for the pages that are opened in it. */
export class Pages {
  readonly browser: Browser;
  readonly folder: string;
  #files = 0;

  private constructor(browser: Browser, folder: string) {
    this.browser = browser;
    this.folder = folder;
  }

  static async launch(): Promise<Pages> {
    return new Pages(await launchBrowser(), await mkdtemp(join(tmpdir(), 'threadmill-pages-')));
  }

  /** Writes a page and opens it. */
  async show(html: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    this.#files += 1;
    const path = join(this.folder, `${this.#files}.html`);
    await writeFile(path, html);
    return this.open(path, options);
  }

  /**
   * Opens a file and waits until its islands are there, and listen; fails if it asks for anything but itself while it
   * loads. `hash` begins with #.
   */
  async open(path: string, options: BrowserContextOptions = {}, hash = ''): Promise<OpenedPage> {
    const page = await this.browser.newPage({ viewport: { width: 1_200, height: 900 }, ...options });
    const requests: string[] = [];
    const trouble: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('dialog', (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const url = pathToFileURL(path).href;
    await page.goto(`${url}${hash}`);
    assert.deepEqual(
      requests.splice(0).map((each) => each.replace(/#.*$/, '')),
      [url],
    );
    if (options.javaScriptEnabled !== false) await islandsLive(page);
    return { page, requests, trouble };
  }

  /** Nothing was fetched and nothing went wrong, up to now. */
  async closeQuiet({ page, requests, trouble }: OpenedPage): Promise<void> {
    assert.deepEqual(trouble, []);
    assert.deepEqual(requests, []);
    await page.close();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Resolves when every island is mounted, or says why it is not, and what they do after they are drawn is done. */
async function islandsLive(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    // Without data nothing is mounted.
    if (document.getElementById('threadmill-data') === null) return true;
    return [...document.querySelectorAll('[data-island]')].every(
      (island) => island.hasAttribute('data-live') || island.querySelector(':scope > .bad') !== null,
    );
  });
  // Effects that follow a drawing run in a task of their own behind the next frame.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
  );
}

/** Unfolds what a reader would unfold by clicking, without leaving a trace in the address. */
export async function openFolds(page: Page): Promise<void> {
  await page.evaluate(() => {
    const folds = 'details.fold, details:has(.fold)';
    for (const fold of document.querySelectorAll<HTMLDetailsElement>(folds)) {
      fold.removeAttribute('name');
      fold.open = true;
    }
  });
}

/** How often something is pressed that saves a file, and how long each time is waited for it. */
const PRESSES = 3;
const DOWNLOAD_MS = 45_000;

/**
 * What pressing something saves. Pressed again if nothing comes: of some 200 downloads, one after another on a crowded
 * machine, one never began, though the page was as quiet as ever.
 */
export async function savedBy(page: Page, press: () => Promise<void>): Promise<Download> {
  for (let time = 1; ; time++) {
    const [download, pressed] = await Promise.allSettled([
      page.waitForEvent('download', { timeout: DOWNLOAD_MS }),
      press(),
    ]);
    if (download.status === 'fulfilled') return download.value;
    if (pressed.status === 'rejected') throw pressed.reason;
    if (time === PRESSES) throw download.reason;
  }
}
