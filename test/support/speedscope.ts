import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { addStack, type Times } from './function-times.ts';

/** Its build, as the package ships it: a page that imports what it is given. */
const RELEASE = join(
  dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
  'dist/release',
);
export const SPEEDSCOPE_SCHEMA = join(RELEASE, 'file-format-schema.json');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** A function as speedscope understood it. */
export interface ScopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

interface Evented {
  readonly type: 'evented';
  readonly name: string;
  readonly unit: string;
  readonly startValue: number;
  readonly endValue: number;
  readonly events: readonly { readonly type: 'O' | 'C'; readonly frame: number; readonly at: number }[];
}

/** What speedscope saves of what it has imported. */
export interface ScopeFile {
  readonly profiles: readonly Evented[];
  readonly shared: { readonly frames: readonly ScopeFrame[] };
}

/** speedscope's own page, in Chromium. */
export class Speedscope {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #url: string;
  readonly #close: () => void;

  private constructor(browser: Browser, page: Page, url: string, close: () => void) {
    this.#browser = browser;
    this.#page = page;
    this.#url = url;
    this.#close = close;
  }

  static async open(): Promise<Speedscope> {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      const file = join(RELEASE, path === '/' ? 'index.html' : path);
      readFile(file).then(
        (content) => response.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain').end(content),
        () => response.writeHead(404).end(),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const browser = await launchBrowser();
    const page = await browser.newPage();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return new Speedscope(browser, page, url, () => {
      server.closeAllConnections();
      server.close();
    });
  }

  /** Has it import a file, and resolves with what it made of that, as it saves it. */
  async import(file: string): Promise<ScopeFile> {
    const page = this.#page;
    await page.goto(this.#url);
    const alerted = new Promise<never>((_, reject) => {
      page.once('dialog', (dialog) => {
        reject(new Error(`speedscope: ${dialog.message()}`));
        void dialog.dismiss();
      });
    });
    const imported = page.waitForEvent('console', (message) => message.text().startsWith('import: '));
    await page.setInputFiles('input[type=file]', file);
    await Promise.race([imported, alerted]);
    // It draws what it has imported in the next frame, and takes keys from then on.
    await page.waitForFunction(() => document.title.length > 'speedscope'.length);
    await page.evaluate(
      () =>
        new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn)))),
    );
    const [download] = await Promise.all([
      Promise.race([page.waitForEvent('download'), alerted]),
      page.keyboard.press('Control+s'),
    ]);
    return JSON.parse(await readFile(await download.path(), 'utf8')) as ScopeFile;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#close();
  }
}

/** Self and total time of each function in one of the profiles, µs, by what `keyOf` makes of it. */
export function scopeTimes(
  { shared }: ScopeFile,
  { events, startValue }: Evented,
  keyOf: (frame: ScopeFrame) => string,
): Times {
  const times: Times = new Map();
  const open: string[] = [];
  let last = startValue;
  for (const { type, frame, at } of events) {
    addStack(times, open, at - last);
    last = at;
    if (type === 'C') open.pop();
    else open.push(keyOf(shared.frames[frame]!));
  }
  return times;
}
