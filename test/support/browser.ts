import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Chromium usually lives; THREADMILL_CHROMIUM overrides. playwright-core brings no browser itself. */
const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

// The background services of a fresh profile would show up among the requests that these tests count.
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** For whatever a page is waited for: it comes sooner or later, or never, as crowded as the machine may be. */
const LIMIT_MS = 180_000;

export function browserPath(): string | null {
  const chosen = process.env.THREADMILL_CHROMIUM;
  if (chosen !== undefined && chosen !== '') return existsSync(chosen) ? chosen : null;
  return CANDIDATES.find((path) => existsSync(path)) ?? null;
}

export function browserAvailable(): boolean {
  return browserPath() !== null;
}

/**
 * For `test(name, {skip: skipWithoutBrowser()}, …)`: why to skip, or false to run. With
 * THREADMILL_REQUIRE_BROWSER=1 (as in CI) it never skips, so that a missing browser fails the test.
 */
export function skipWithoutBrowser(): string | false {
  if (browserAvailable() || process.env.THREADMILL_REQUIRE_BROWSER === '1') return false;
  return 'no Chromium found: install one, or set THREADMILL_CHROMIUM to its path';
}

/** The caller closes it. Throws where there is no browser: ask `browserAvailable()` first. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === null) {
    throw new Error('no Chromium found: install one, or set THREADMILL_CHROMIUM to its path');
  }
  const browser = await chromium.launch({ executablePath, args: ARGS, headless: true, timeout: LIMIT_MS });
  const newContext = browser.newContext.bind(browser);
  // `newPage` goes by it as well.
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(LIMIT_MS);
    return context;
  };
  return browser;
}
