/**
 * How large a run's report is, and how soon a person can use it: a default profile run, one of 100,000 jobs, and one
 * whose timelines have 1,000,000 samples.
 * Interactive is when the page has loaded, what stands in the window has come to life, and the main thread has
 * been at rest for 100 ms: the end of the last task of over 50 ms before that.
 * Then the timeline and the flamegraph are used: main-thread work of each zoom, search and pan, from the input to the
 * frame that shows it, at the 95th percentile.
 *
 *   make page-speed           (ARGS="--loads 9 --jobs 100000 --samples 1000000 --only default|jobs|samples")
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { median, quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { launchBrowser } from '../support/browser.ts';
import { makeDense } from './profile/dense-timelines.ts';

/** Keys that are measured, in turn; and what is pressed before, unmeasured. */
type Use = readonly [what: string, selector: string, keys: readonly string[], before?: readonly string[]];

/** In the first flamegraph and the first timeline that are open. */
const USES: readonly Use[] = [
  [
    'flamegraph: zoom',
    '#profiles [open] .flame-frame',
    ['ArrowDown', 'Enter', 'ArrowDown', 'Enter', 'Escape'],
  ],
  ['flamegraph: search', '#profiles [open] input[type=search]', ['p', 'a', 'r', 's', 'Escape']],
  ['flamegraph: next hottest', '#profiles [open] .flame-frame', ['n']],
  ['timeline: zoom', '#timelines [open] .timeline-frame', ['w', 'w', 'w', 's', 's', 's']],
  ['timeline: pan', '#timelines [open] .timeline-frame', ['d', 'd', 'a', 'a'], ['0', 'w', 'w']],
];

const { values } = parseArgs({
  options: {
    loads: { type: 'string', default: '9' },
    jobs: { type: 'string', default: '100000' },
    samples: { type: 'string', default: '1000000' },
    only: { type: 'string' },
  },
});
const LOADS = Number(values.loads);
const REST_MS = 100;
const INTERACTIONS = 40;
const MOST_INTERACTION_MS = 100;

interface Case {
  readonly key: 'default' | 'jobs' | 'samples';
  readonly name: string;
  readonly argv: readonly string[];
  readonly mostMs: number;
  readonly mostBytes: number | null;
  /** In the timelines, where there are to be more than the profiler took. */
  readonly samples?: number;
}

const CASES: readonly Case[] = [
  { key: 'default', name: 'default', argv: [], mostMs: 1_000, mostBytes: 0.6e6 },
  {
    key: 'jobs',
    name: `${Number(values.jobs).toLocaleString('en')} jobs`,
    argv: [
      '--jobs',
      values.jobs,
      '--variants',
      'event-loop,worker-pool',
      '--concurrency',
      '64',
      '--latency',
      '1',
      '--rounds',
      '1',
      '--warmup',
      '0',
    ],
    mostMs: 3_000,
    mostBytes: null,
  },
  {
    key: 'samples',
    name: `${Number(values.samples).toLocaleString('en')} samples in the timelines`,
    argv: ['--rounds', '3'],
    mostMs: 3_000,
    mostBytes: null,
    samples: Number(values.samples),
  },
];

interface Reading {
  readonly interactiveMs: number;
  readonly longestTaskMs: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-page-speed-'));
const browser = await launchBrowser();
try {
  console.log(
    `Node ${process.version}, ${browser.browserType().name()} ${browser.version()}, ${LOADS} loads`,
  );
  for (const each of CASES)
    if (values.only === undefined || values.only === each.key) await measure(each, browser);
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function measure({ name, argv, mostMs, mostBytes, samples }: Case, on: Browser): Promise<void> {
  const report = await profiledRun(argv, samples);
  const { size } = statSync(report);
  const readings: Reading[] = [];
  for (let load = 0; load < LOADS; load++) readings.push(await opened(on, report));
  const times = readings.map(({ interactiveMs }) => interactiveMs);
  const longest = readings.map(({ longestTaskMs }) => longestTaskMs);
  const sizeVerdict =
    mostBytes === null ? '' : `, at most ${mostBytes / 1e6} MB: ${verdict(size <= mostBytes)}`;
  console.log(`${name}: ${(size / 1e6).toFixed(2)} MB${sizeVerdict}`);
  console.log(
    `  interactive after ${spread(times)}, at most ${mostMs} ms: ${verdict(median(times)! <= mostMs)}`,
  );
  console.log(`  longest task while the whole page was scrolled through ${spread(longest)}`);
  for (const [what, ms] of await interactions(on, report)) {
    const p95 = quantile(sortNumbers(ms), 0.95)!;
    console.log(
      `  ${what}: ${spread(ms)}, 95th percentile ${p95.toFixed(0)} ms, at most ${MOST_INTERACTION_MS} ms: ${verdict(p95 <= MOST_INTERACTION_MS)}`,
    );
  }
}

async function profiledRun(argv: readonly string[], samples?: number): Promise<string> {
  const out = mkdtempSync(join(scratch, 'run-'));
  await threadmill(['profile', '--out', out, '--captures', 'threads', ...argv]);
  const run = readdirSync(out).find((entry) => /^\d{8}T/.test(entry));
  if (run === undefined) throw new Error('there is no run');
  if (samples !== undefined) {
    const made = makeDense(join(out, run), samples);
    if (made < samples) throw new Error(`there are only ${made} samples`);
    await threadmill(['report', run, '--out', out, '--no-open']);
  }
  return join(out, run, 'report.html');
}

async function threadmill(argv: readonly string[]): Promise<void> {
  const cli = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [cli, ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`threadmill ${argv[0]} ended with ${code}`);
}

async function opened(on: Browser, report: string): Promise<Reading> {
  const page = await on.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    // esbuild, which tsx is, wraps functions with names in calls of this.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.addInitScript(() => {
      const tasks: [number, number][] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, duration]);
      }).observe({ type: 'longtask', buffered: true });
    });
    await page.goto(pathToFileURL(report).href, { waitUntil: 'load' });
    const interactiveMs = await page.evaluate(async (restMs) => {
      const tasks = (globalThis as unknown as { longTasks: [number, number][] }).longTasks;
      const visible = (element: Element): boolean => {
        const { top, bottom } = element.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      };
      const waiting = (): boolean =>
        [...document.querySelectorAll('[data-island]:not([data-live])')].some(visible);
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      let lively = performance.now();
      const end = (): number => Math.max(0, ...tasks.map(([start, length]) => start + length));
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (waiting()) lively = performance.now();
        if (performance.now() - Math.max(lively, end()) > restMs) {
          return Math.max(navigation?.loadEventEnd ?? 0, end(), lively);
        }
      }
    }, REST_MS);
    const longestTaskMs = await page.evaluate(async () => {
      const tasks = (globalThis as unknown as { longTasks: [number, number][] }).longTasks;
      for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      return Math.max(0, ...tasks.map(([, length]) => length));
    });
    return { interactiveMs, longestTaskMs };
  } finally {
    await page.close();
  }
}

/** ms of main-thread work for each of a number of key presses, by what they do. */
async function interactions(on: Browser, report: string): Promise<[what: string, ms: number[]][]> {
  const page = await on.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(pathToFileURL(report).href, { waitUntil: 'load' });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const taskMs = async (): Promise<number> => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    };
    const found: [string, number[]][] = [];
    for (const [what, selector, keys, before = []] of USES) {
      const element = page.locator(selector).first();
      await element.scrollIntoViewIfNeeded();
      await element.focus();
      for (const key of before) await page.keyboard.press(key);
      await page.waitForTimeout(1_000);
      const ms: number[] = [];
      for (let i = 0; i < INTERACTIONS; i++) {
        const from = await taskMs();
        await page.keyboard.press(keys[i % keys.length]!);
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
        ms.push((await taskMs()) - from);
      }
      found.push([what, ms]);
    }
    return found;
  } finally {
    await page.close();
  }
}

function spread(times: readonly number[]): string {
  const ms = [median(times)!, Math.min(...times), Math.max(...times)].map((time) => time.toFixed(0));
  return `${ms[0]} ms (${ms[1]}–${ms[2]})`;
}

function verdict(held: boolean): string {
  return held ? 'held' : 'MISSED';
}
