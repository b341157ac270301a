import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CAPTURE_NAMES, type CaptureName } from '../../src/core/captures.ts';
import { ThreadmillError } from '../../src/core/errors.ts';
import type { CaptureContext, CaptureResult } from '../../src/orchestrator/captures/capture.ts';
import { externalReferences } from '../../src/orchestrator/captures/offline-html.ts';
import { CAPTURES } from '../../src/orchestrator/captures/registry.ts';
import { flameData } from '../../src/profile/flame-tree.ts';
import { topFunctions } from '../../src/profile/top-functions.ts';
import { profilesIn } from '../../src/store/thread-profiles.ts';
import { parseCpuProfile, parseHeapProfile } from '../support/parse-profiles.ts';
import { processesLeft } from '../support/processes.ts';
import { StandIn } from '../support/run-once.ts';
import { nodesNamed, treeOf } from '../support/zero-x-tree.ts';
import { pagesDraw } from './capture/pages.ts';

/**
 * How much of the time must be found in the function that burns the CPU. Of the time in the user's own functions it
 * takes nine tenths on any machine: they compute one after another in the same thread. Of the whole thread's it
 * is less the more crowded the machine is, because a thread that loads its code, or that a timer has woken, waits
 * for a CPU: 0.9 on an idle machine, less than 0.6 beside other tests. A thread that did not run it has none of it.
 */
const OF_USERS = 0.5;
const OF_THREAD = 0.1;
const ALL_THREADS: readonly CaptureName[] = ['threads', '0x-threads', 'heap'];
let standIn: StandIn;
let cwdBefore: string[];
/** Where each capture has put its first file, as far as they have been made. */
const made = new Map<CaptureName, string>();
/** What `0x-threads` builds on. */
const earlier: CaptureContext['earlier'] = (name) => {
  const file = made.get(name);
  return file === undefined ? null : dirname(file);
};

before(async () => {
  standIn = await StandIn.open();
  cwdBefore = readdirSync('.').sort();
});

after(async () => {
  assert.deepEqual(readdirSync('.').sort(), cwdBefore, 'nothing is left in the cwd');
  await standIn.close();
});

function check(result: CaptureResult, name: CaptureName, destination: string): void {
  assert.ok(result.files.length > 0);
  for (const { file, threads, title, caveat } of result.files) {
    const path = join(destination, file);
    assert.ok(statSync(path).size > 1000, `${file} has content`);
    const text = readFileSync(path, 'utf8');
    if (file.endsWith('.html')) assert.deepEqual(externalReferences(text), []);
    else if (file.endsWith('.heapprofile')) parseHeapProfile(text, file);
    else parseCpuProfile(text, file);
    assert.ok(title.length > 0);
    assert.equal(threads, ALL_THREADS.includes(name) ? 'all' : 'main');
    if (threads === 'main') assert.match(caveat ?? '', /Main thread only/);
  }
}

for (const name of CAPTURE_NAMES) {
  const capture = CAPTURES[name];

  test(`${name} makes its files and leaves no process`, { timeout: 600_000 }, async () => {
    // Doctor does need its three seconds: see the facts about it in clinic.ts and settings.ts.
    const maxLoadMs = name === 'clinic-doctor' ? 3500 : 700;
    const context = await standIn.context(name, { maxLoadMs, earlier });
    const result = await capture.capture(context);
    check(result, name, context.destination);
    if (name === '0x-threads') assert.equal(result.loadMs, null);
    else assert.ok((result.loadMs ?? 0) >= maxLoadMs);
    assert.deepEqual(await processesLeft(context.scratch), []);
    made.set(name, join(context.destination, result.files[0]!.file));
  });
}

test('threads: the user’s function is the hottest of each worker, by its own name, file and line', async () => {
  const profiles = await profilesIn(earlier('threads')!);
  assert.deepEqual(
    profiles.map(({ thread }) => thread.label),
    ['main', 'worker 1', 'worker 2'],
  );
  const data = flameData('worker-pool', profiles);
  for (const thread of [1, 2]) {
    const users = topFunctions(data, { thread }).filter(({ frame }) => frame.category === 'user');
    const [hottest] = users;
    assert.deepEqual(hottest!.frame, {
      name: 'sumPrimes',
      file: 'busy.ts',
      line: 8,
      column: 10,
      category: 'user',
      package: null,
    });
    const usersUs = users.reduce((sum, { self }) => sum + self, 0);
    const { duration } = data.threads.find((one) => one.thread === thread)!;
    assert.ok(hottest!.self > usersUs * OF_USERS, `${hottest!.self} of the user’s ${usersUs} µs`);
    assert.ok(hottest!.self > duration * OF_THREAD, `${hottest!.self} of ${duration} µs`);
  }
});

test('0x-threads: the user’s function stands in the page’s tree once for each thread', () => {
  const html = readFileSync(made.get('0x-threads')!, 'utf8');
  const tree = treeOf(html);
  assert.deepEqual(tree.children.map(({ name }) => name).sort(), [
    'thread 0 (main)',
    'thread 1 (worker 1)',
    'thread 2 (worker 2)',
  ]);
  for (const thread of tree.children) {
    const found = nodesNamed(thread, 'sumPrimes busy.ts:8');
    // Some versions of Node reach it by two ways; both are the same function's.
    assert.ok(found.length >= 1, thread.name);
    const value = found.reduce((sum, node) => sum + node.value, 0);
    assert.ok(value > thread.value * OF_THREAD, `${value} of ${thread.value}`);
    const digests = nodesNamed(thread, 'digestPage busy.ts:29');
    const users = digests.reduce((sum, node) => sum + node.value, 0);
    assert.ok(value <= users && value > users * OF_USERS, `${value} of the user’s ${users}`);
  }
});

test('0x shows the main thread, also where a worker’s log comes first', () => {
  assert.ok(readFileSync(made.get('0x')!, 'utf8').includes('node:internal/main/run_main_module'));
});

test('0x: V8’s log, which holds the source of every script, is not kept', () => {
  assert.deepEqual(readdirSync(dirname(made.get('0x')!)), ['flamegraph.html']);
});

pagesDraw((name) => made.get(name)!);

const TROUBLED: readonly CaptureName[] = ['threads', '0x', 'clinic-flame'];
describe('captures that come to nothing', { concurrency: 4 }, () => {
  for (const name of TROUBLED) {
    const fails = (code: string, message: RegExp) => (error: unknown) => {
      assert.ok(error instanceof ThreadmillError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    };

    test(`${name}: a program that fails is a capture that failed, with its last words`, async () => {
      const context = await standIn.context(name, { mode: 'fail' });
      await assert.rejects(CAPTURES[name].capture(context), fails('capture-failed', /the workload said no/));
      assert.deepEqual(readdirSync(context.destination), []);
    });

    test(`${name}: the time limit ends it and all that it started`, async () => {
      const context = await standIn.context(name, { mode: 'hang', timeoutMs: 1500 });
      await assert.rejects(CAPTURES[name].capture(context), fails('capture-failed', /time limit of 1.5 s/));
      assert.deepEqual(await processesLeft(context.scratch), []);
    });

    test(`${name}: an abort ends it and all that it started`, async () => {
      const aborting = new AbortController();
      const context = await standIn.context(name, { mode: 'hang', signal: aborting.signal });
      const running = CAPTURES[name].capture(context);
      setTimeout(() => aborting.abort(), 1000);
      await assert.rejects(running, fails('aborted', /stopped/));
      assert.deepEqual(await processesLeft(context.scratch), []);
    });
  }
});

test('threads: a runner that does not survive the timeline is started again without it', async () => {
  const said: string[] = [];
  const log = (message: string) => void said.push(message);
  const context = await standIn.context('threads', { mode: 'timeline-dies', log });
  const { files, loadMs } = await CAPTURES.threads.capture(context);
  assert.equal(files.length, 3);
  assert.ok((loadMs ?? 0) >= 600);
  assert.deepEqual(said.slice(0, 1), [
    'the repetition for the timeline failed: the load once more, without it',
  ]);
  assert.ok(!readdirSync(context.destination).includes('timeline'));
});

test('0x-threads without profiles says what to ask for', async () => {
  const context = await standIn.context('0x-threads');
  await assert.rejects(CAPTURES['0x-threads'].capture(context), /no profiles of the threads/);
});
