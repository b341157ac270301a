// biome-ignore-all lint/performance/useDomNodeTextContent: what is read here is what a person sees

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { RunSource } from '../../src/output/export/run-source.ts';
import type { RunFolder } from '../../src/store/run-folder.ts';
import { skipWithoutBrowser } from '../support/browser.ts';
import { CliRun } from '../support/cli.ts';
import { exported } from '../support/export-run.ts';
import { Pages } from '../support/pages.ts';
import { assertNoSecret, assertNowhere, SECRET_ENV, tellTale } from '../support/tell-tale.ts';

/** Ends a script or a style and runs something, were it more than text; `ran` tells where it came from. */
const markup = (from: string) => `</script></style><img src=x onerror="ran('${from}')"><b>${from}`;

/** What a terminal would obey: clear the screen, name the window, write backwards. */
const ESCAPES = '\u001b[2J\u001b]0;owned\u0007\u202e';

const FILE = `w <img src=x onerror=ran('file')>&.ts`;

/** Jobs, functions, errors and the workload itself have such names; the server says such things and its secrets. */
const WORKLOAD = `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  const { TEST_TOKEN: token, TEST_API_KEY: key } = process.env;
  const work = {
    // Spelt out: V8 knows a function by what stands in the source, not by a computed name.
    '${markup('function').replaceAll("'", "\\'")}'(text: string): number {
      const until = performance.now() + 3;
      let sum = 0;
      while (performance.now() < until) for (const each of text) sum = (sum * 31 + each.charCodeAt(0)) | 0;
      return sum;
    },
  };
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    name: ${JSON.stringify(markup('workload'))},
    baseUrl,
    headers: { 'x-api-key': key! },
    requests: [
      { name: ${JSON.stringify(markup('job'))}, path: '/echo?token=' + token, repeat: 12 },
      { name: ${JSON.stringify(markup('thrown'))}, path: '/echo', headers: { authorization: 'Bearer ' + token } },
      { name: ${JSON.stringify(markup('refused') + ESCAPES)}, path: '/refuse?access_token=' + token },
    ],
    process: (response, { name }) => {
      for (const run of Object.values(work)) run(response.text());
      if (!name.includes('thrown')) return response.text();
      const error = new Error(response.text() + ${JSON.stringify(ESCAPES)});
      throw Object.assign(error, { name: ${JSON.stringify(markup('error'))}, code: ${JSON.stringify(markup('code'))} });
    },
  });`;

const SETTINGS =
  '--jobs 28 --concurrency 4 --workers 2 --rounds 2 --warmup 1 --variants event-loop,worker-pool --verbose';

/** Pages by other tools, of functions with such names, are looked at where captures are. */
async function hostileRun(t: TestContext): Promise<CliRun> {
  const url = await tellTale(t, ` ${markup('server')}`);
  const run = await CliRun.start(
    t,
    ['profile', '--url', url, '--workload', FILE, '--captures', 'threads,heap', ...SETTINGS.split(' ')],
    { files: { [FILE]: WORKLOAD }, env: SECRET_ENV },
  );
  assert.equal(await run.ended, 2, run.stderr);
  return run;
}

/** A page of its profiles alone. */
async function profilePage(t: TestContext, { cwd }: CliRun, folder: RunFolder): Promise<void> {
  const [one, other] = ['event-loop', 'worker-pool'].map((variant) =>
    folder.path(variant, 'threads', 'thread-0.cpuprofile'),
  );
  const argv = ['--cpuprofile', one!, other!, '--output', 'profiles/profiles.html', '--no-open'];
  const run = await CliRun.start(t, ['report', ...argv], { cwd });
  assert.equal(await run.ended, 0, run.stderr);
}

async function pagesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, encoding: 'utf8' });
  return entries
    .filter((path) => path.endsWith('.html') && !path.startsWith('latest'))
    .map((path) => join(folder, path))
    .sort();
}

/** Opens whatever can be opened, and looks at whatever shows more when it is looked at. */
async function useAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  for (const canvas of await page.locator('canvas:visible').all()) {
    const box = await canvas.boundingBox();
    if (box === null) continue;
    for (const y of [10, box.height / 2, box.height - 10]) {
      await canvas.hover({ position: { x: box.width / 2, y }, force: true });
    }
  }
}

test('a server, names and files that look like code: nothing runs, nothing is fetched, nothing leaks', {
  skip: skipWithoutBrowser(),
}, async (t) => {
  const run = await hostileRun(t);
  const folder = await run.folder();
  await profilePage(t, run, folder);
  const pages = await Pages.launch();
  t.after(() => pages.close());

  await t.test('the run is whole, and its functions were seen', async () => {
    const { status, variants, artifacts } = await folder.readRecord();
    assert.equal(status, 'completed');
    for (const { trials } of variants) {
      assert.deepEqual([trials[0]?.outcomes.threw, trials[0]?.outcomes['http-error']], [2, 2]);
    }
    assert.deepEqual(
      artifacts.filter((artifact) => 'unavailable' in artifact),
      [],
    );
  });

  await t.test('no secret in any file, nor in what was said', () => assertNowhere(run));

  await t.test('no control character reaches the terminal', () => {
    for (const text of [run.stdout, run.stderr]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
    assert.match(run.stdout, /onerror/, 'what the server said is shown, as text');
  });

  for (const path of await pagesBelow(run.outDir)) {
    await t.test(`${relative(folder.dir, path)}: opens, and runs nothing of it`, async () => {
      const context = await pages.browser.newContext();
      await context.addInitScript({
        content: 'globalThis.seen = []; globalThis.ran = (from) => seen.push(from);',
      });
      const page = await context.newPage();
      const requests: string[] = [];
      const trouble: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('dialog', (dialog) => {
        trouble.push(dialog.message());
        void dialog.dismiss();
      });
      page.on('pageerror', (error) => trouble.push(error.message));
      const url = pathToFileURL(path).href;
      await page.goto(url);
      await useAll(page);
      assert.deepEqual(
        requests.filter((each) => each !== url && !/^(?:data|blob):/.test(each)),
        [],
      );
      assert.deepEqual(trouble, []);
      assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen), []);
      assert.equal(await page.locator('img[src="x"], [onerror]').count(), 0);
      assertNoSecret('the page', await page.content());
      await context.close();
    });
  }

  await t.test('the report shows all of it as text', async () => {
    const opened = await pages.open(folder.path('report.html'));
    await useAll(opened.page);
    const shown = await opened.page.locator('body').innerText();
    for (const from of ['workload', 'server', 'thrown', 'code', 'function']) {
      assert.ok(shown.includes(`<b>${from}`), from);
    }
    await pages.closeQuiet(opened);
  });

  await t.test('no exported file has a secret in it', async () => {
    const source = await RunSource.open(folder);
    for (const exporter of EXPORTERS) {
      for (const [name, content] of await exported(source, exporter)) {
        const bytes = name.endsWith('.gz') ? gunzipSync(content) : content;
        assertNoSecret(name, bytes.toString('latin1'));
      }
    }
  });
});
