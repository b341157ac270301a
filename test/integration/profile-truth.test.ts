import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { loadSources } from '../../src/output/pages/run/load/profiles.ts';
import { loadTimelines } from '../../src/output/pages/run/load/timelines.ts';
import { flameData } from '../../src/profile/flame-tree.ts';
import { topFunctions, topLines } from '../../src/profile/top-functions.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { profilesIn } from '../../src/store/thread-profiles.ts';
import { readTracedTrial } from '../../src/store/traced-trial.ts';
import { launchBrowser, skipWithoutBrowser } from '../support/browser.ts';
import { CLI } from '../support/compiled.ts';
import {
  barsAreThoseOfTheTable,
  breakdownIsTrue,
  callsWithin,
  KNOWN,
  type KnownCall,
  readCalls,
  timelineIsTrue,
  unsampledNs,
  wallNs,
} from '../support/known-shape.ts';
import { runPage } from '../support/run-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { nodesNamed, treeOf } from '../support/zero-x-tree.ts';

/**
 * Of what a worker does, so much at least is the named function's. It takes nine tenths, but it ends by the clock: on
 * a crowded machine everything beside it takes longer, and it does not. How long it took is compared exactly below.
 */
const WIDEST = 0.4;
const WORKERS = 2;
/** On the main thread, in part in workers, and wholly there. */
const VARIANTS: readonly VariantName[] = ['event-loop', 'offload', 'worker-pool'];
const run = promisify(execFile);

/** A real `threadmill profile` of work of a known shape, in a function whose place is known. */
describe('profiles of real captures tell the truth', () => {
  let record: RunRecord;
  let out = '';
  let dir = '';
  let line = 0;
  let calls: KnownCall[] = [];

  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'threadmill-truth-'));
    const settings = `--variants ${VARIANTS.join()} --rounds 1 --warmup 1 --workers ${WORKERS} --captures threads,0x-threads --json`;
    const { stdout } = await run(
      process.execPath,
      [CLI, 'profile', '--workload', KNOWN.workload, ...settings.split(' '), '--out', out],
      { maxBuffer: 32e6, env: { ...process.env, CALLS_LOG: join(out, 'calls') } },
    );
    calls = await readCalls(join(out, 'calls'));
    record = runRecordSchema.parse(JSON.parse(stdout));
    dir = join(out, record.id);
    const source = (await readFile(KNOWN.workload, 'utf8')).split('\n');
    line = source.findIndex((text) => text.includes('function crunch')) + 1;
    assert.ok(line > 0);
  });
  after(() => rm(out, { recursive: true, force: true }));

  const timelineOf = async (name: VariantName) => {
    const timelines = await loadTimelines(RunFolder.open(dir), record, []);
    return timelines.find(({ variant }) => variant === name)!;
  };

  test('every job ended well, and every capture is there', () => {
    assert.equal(record.status, 'completed');
    assert.equal(record.exitCode, 0);
    const missing = record.artifacts.filter((artifact) => 'unavailable' in artifact);
    assert.deepEqual(missing, []);
  });

  test('threads: the user’s own function is the widest of each worker, by TypeScript name, file and line', async () => {
    const data = flameData('worker-pool', await profilesIn(join(dir, 'worker-pool', 'threads')));
    assert.deepEqual(
      data.threads.map(({ thread }) => thread),
      [0, 1, 2],
    );
    for (const thread of [1, 2]) {
      const busy = topFunctions(data, { thread }).filter(({ frame }) => frame.category !== 'idle');
      const { frame, self } = busy[0]!;
      assert.deepEqual(
        [frame.name, frame.file, frame.line, frame.category],
        ['crunch', KNOWN.file, line, 'user'],
      );
      const total = busy.reduce((sum, { self }) => sum + self, 0);
      assert.ok(self > WIDEST * total, `${self} of ${total} µs of running code`);
    }
    const main = topFunctions(data, { thread: 0 }).filter(({ frame }) => frame.name === 'crunch');
    assert.deepEqual(main, [], 'the main thread of a pool ran none of it');
  });

  for (const name of VARIANTS) {
    test(`${name}: the named function has the time for each job that it took, to 5%`, async () => {
      const profiles = await profilesIn(join(dir, name, 'threads'));
      const { startUs, endUs } = profiles[0]!.thread.load!;
      const known = callsWithin(calls, { startNs: startUs * 1_000, endNs: endUs * 1_000 });
      const taken = record.artifacts.find((each) => each.variant === name && each.capture === 'threads');
      assert.ok(taken !== undefined && 'repeats' in taken && taken.repeats !== null);
      assert.equal(known.length, taken.repeats * KNOWN.jobs);
      const crunch = topFunctions(flameData(name, profiles)).find(({ frame }) => frame.name === 'crunch')!;
      const [found, should, unsampled] = [
        crunch.self * 1_000,
        wallNs(known),
        unsampledNs(profiles, known),
      ].map((ns) => ns / known.length / 1_000);
      assert.ok(
        Math.abs(found! - should!) <= 0.05 * should! + unsampled!,
        `${found} µs a job, known to be ${should} (± ${unsampled} more)`,
      );
    });

    test(`${name}: breakdown and timeline say what is known, to 3 points`, async () => {
      const folder = RunFolder.open(dir);
      const traced = await readTracedTrial(folder, name, 'traced', KNOWN.jobs);
      breakdownIsTrue(record.variants.find((variant) => variant.name === name)!, callsWithin(calls, traced!));
      const profiled = await readTracedTrial(folder, name, 'profiled', KNOWN.jobs);
      const samples = await profilesIn(join(dir, name, 'threads', 'timeline'));
      timelineIsTrue(await timelineOf(name), callsWithin(calls, profiled!), samples);
    });

    test(`${name}: bars of the timeline lie where the job table says, to the microsecond`, async () => {
      const trial = await readTracedTrial(RunFolder.open(dir), name, 'profiled', KNOWN.jobs);
      barsAreThoseOfTheTable(await timelineOf(name), trial!);
    });
  }

  test('the lines of that function are saved as they are in the file, and lead by far', async () => {
    const lines = (await readFile(KNOWN.workload, 'utf8')).split('\n');
    const [saved, ...others] = await loadSources(RunFolder.open(dir), record, []);
    assert.equal(others.length, VARIANTS.length - 1, 'one for each variant');
    const file = saved!.files.find((each) => each.file === KNOWN.file);
    assert.ok(file !== undefined, JSON.stringify(saved));
    for (const { first, lines: texts } of file.parts) {
      assert.deepEqual(texts, lines.slice(first - 1, first - 1 + texts.length));
    }
    const data = flameData('worker-pool', await profilesIn(join(dir, 'worker-pool', 'threads')));
    const all = topLines(data).filter(({ frame }) => frame.category === 'user');
    const inLoop = all.filter(({ frame, line: at }) => frame.name === 'crunch' && at > line);
    const sum = (of: typeof all) => of.reduce((us, { self }) => us + self, 0);
    assert.ok(sum(inLoop) > 0.9 * sum(all), `${sum(inLoop)} of ${sum(all)} µs`);
  });

  test('the report is made again from the run folder alone, byte for byte', async () => {
    assert.equal(await runPage(dir), await readFile(join(dir, 'report.html'), 'utf8'));
  });

  test('0x-threads: the same function takes most of each worker thread', async () => {
    const html = await readFile(join(dir, 'worker-pool', '0x-threads', 'flamegraph.html'), 'utf8');
    const tree = treeOf(html);
    const workers = tree.children.filter(({ name }) => name.includes('worker'));
    assert.equal(workers.length, WORKERS);
    for (const worker of workers) {
      const found = nodesNamed(worker, `crunch ${KNOWN.file}:${line}`);
      // Once for each way through Node by which a response comes in; which one, depends on how crowded the machine is.
      const value = found.reduce((sum, node) => sum + node.value, 0);
      assert.ok(value > WIDEST * worker.value, `${worker.name}: ${value} of ${worker.value} samples`);
    }
  });

  test('the report of that run opens offline and its links lead to files', {
    skip: skipWithoutBrowser(),
  }, async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const requests: string[] = [];
      const trouble: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', (error) => trouble.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') trouble.push(message.text());
      });
      const url = pathToFileURL(join(dir, 'report.html')).href;
      await page.goto(url);
      await page.getByRole('heading', { name: 'worker-pool' }).first().waitFor();
      const hottest = page.locator('#hot .source tr.heat-8');
      assert.match(await hottest.first().innerText(), /state \^=|for \(let i = 0/);
      assert.equal(
        await page.locator('#hot table.hot tr.user th').first().innerText(),
        `crunch\nyour code · ${KNOWN.file}:${line}`,
      );
      assert.deepEqual(requests, [url]);
      assert.deepEqual(trouble, []);
      const links = await page
        .locator('a[href]')
        .evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
      const local = links.filter((href) => !/^(#|https?:)/.test(href));
      assert.ok(local.length >= 5, local.join());
      for (const href of local) await readFile(join(dir, decodeURIComponent(href)));
    } finally {
      await browser.close();
    }
  });
});

test('small functions keep their own time: none of it is charged to the code that calls the workload', async (t) => {
  const out = await temporaryFolder(t);
  const settings = '--variants sequential --captures threads --no-trace --rounds 1 --warmup 0 --jobs 8';
  const workload = fileURLToPath(new URL('../../examples/cpu-heavy.ts', import.meta.url));
  const { stdout } = await run(
    process.execPath,
    [CLI, 'profile', '--workload', workload, ...settings.split(' '), '--out', out, '--json'],
    { maxBuffer: 32e6 },
  );
  const { id } = runRecordSchema.parse(JSON.parse(stdout));
  const data = flameData('sequential', await profilesIn(join(out, id, 'sequential', 'threads')));
  const busy = topFunctions(data).filter(({ frame }) => frame.category !== 'idle');
  const total = busy.reduce((sum, { self }) => sum + self, 0);
  const own = busy
    .filter(({ frame }) => frame.category === 'threadmill')
    .reduce((sum, { self }) => sum + self, 0);
  assert.equal(busy[0]!.frame.name, 'editDistance');
  assert.ok(own < 0.03 * total, `${own} of ${total} µs are charged to Threadmill itself`);
});
