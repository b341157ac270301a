import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TrialTrace } from '../../src/core/documents/breakdown.ts';
import type { RunOnceResult } from '../../src/core/documents/run-once.ts';
import type { SavedHeapProfile, SavedProfile } from '../../src/core/documents/v8-profiles.ts';
import { usesWorkers, VARIANT_FACTS, VARIANT_NAMES, type VariantName } from '../../src/core/variants.ts';
import { readTracedRows } from '../../src/store/traced-rows.ts';
import { commandLineOf } from '../support/children.ts';
import { HostileServer } from '../support/hostile-server.ts';
import { skipWithoutQueue } from '../support/queue-server.ts';
import { type BenchSettings, specFolder } from '../support/runner-bench.ts';

const RUNNER = fileURLToPath(new URL('../../dist/workers/runner.js', import.meta.url));
const run = promisify(execFile);
const JOBS = 8;

/** Burns CPU in a function with a name of its own, and overlaps a little. */
const BURNING = `
  import { defineWorkload } from 'threadmill';
  export function burnSome(ms: number): number {
    let sum = 0;
    const end = performance.now() + ms;
    while (performance.now() < end) for (let i = 0; i < 10_000; i++) sum = Math.imul(sum ^ i, 31);
    return sum;
  }
  export default defineWorkload({
    name: 'burning',
    jobs: ${JOBS},
    run: () => new Promise((done) => setTimeout(done, 2)),
    compute: async () => { burnSome(5); return 'burnt'; },
  });`;

/** The same, and says that it has begun. */
const BEGINNING = BURNING.replace(
  'burnSome(5);',
  "writeFileSync(new URL('./begun', import.meta.url), ''); burnSome(5);",
).replace('export function', "import { writeFileSync } from 'node:fs'; export function");

type Once = Omit<BenchSettings, 'items'> & {
  readonly minLoadMs?: number;
  readonly profiles?: boolean;
  readonly timeline?: boolean;
  readonly heap?: boolean;
};

/** The arguments after `node`, as the spec file of a run folder lets anybody repeat a capture. */
async function argumentsOf(t: Parameters<typeof specFolder>[0], settings: Once) {
  const folder = await specFolder(t, { items: JOBS, concurrency: 4, workers: 2, ...settings });
  const result = join(folder, 'result.json');
  const argv = [
    ...[RUNNER, '--once', '--spec', join(folder, 'spec.json'), '--variant', settings.variant],
    ...['--result', result, '--log', join(folder, 'logs', 'once.ndjson')],
    ...['--min-load-ms', String(settings.minLoadMs ?? 0)],
    ...(settings.profiles === true
      ? ['--profile-dir', join(folder, 'raw'), '--sampling-interval-us', '500']
      : []),
    ...(settings.timeline === true ? ['--timeline-dir', join(folder, 'timeline')] : []),
    ...(settings.heap === true ? ['--heap-dir', join(folder, 'heap'), '--heap-interval-bytes', '2048'] : []),
  ];
  return { folder, result, argv };
}

/** What a repetition for the timeline has left. */
async function timelineOf(folder: string) {
  const rows = readTracedRows({ file: join(folder, 'timeline', 'trace.bin'), trial: 0 }, JOBS);
  assert.ok(rows !== null);
  const described = await readJson<Pick<TrialTrace, 'startNs' | 'endNs' | 'threads'>>(
    folder,
    'timeline',
    'trace.json',
  );
  return { ...rows, ...described };
}

const readJson = async <T>(...path: string[]): Promise<T> =>
  JSON.parse(await readFile(join(...path), 'utf8')) as T;

async function logLines(folder: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(folder, 'logs', 'once.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** `first` in a workload: whether this thread loaded it before all others. They load it at once: one makes the file. */
const FIRST_OF_ALL = `import { writeFileSync } from 'node:fs';
  let first = true;
  try { writeFileSync(new URL('./died', import.meta.url), '', { flag: 'wx' }); } catch { first = false; }`;

describe('run-once', { concurrency: 2 }, () => {
  for (const variant of VARIANT_NAMES) {
    const skip = variant === 'distributed-queue' && skipWithoutQueue();
    test(`${variant}: profiles every thread, logs every job, and ends by itself`, {
      skip,
    }, async (t) => {
      const settings = {
        variant,
        workload: BURNING,
        minLoadMs: 400,
        profiles: true,
        warmup: 1,
        timeline: true,
      };
      const { folder, result, argv } = await argumentsOf(t, settings);
      await run(process.execPath, argv, { cwd: '/', timeout: 600_000 });

      const { loadMs, repeats, jobs, failed, profiles, timeline } = await readJson<RunOnceResult>(result);
      assert.ok(loadMs >= 400, `${repeats} times in ${loadMs} ms`);
      assert.deepEqual([jobs, failed], [JOBS * repeats, 0]);
      const workers = usesWorkers(variant) ? [1, 2] : [];
      assert.deepEqual(
        profiles,
        [0, ...workers].map((thread) => `thread-${thread}.cpuprofile`),
      );
      assert.deepEqual((await readdir(join(folder, 'raw'))).sort(), [...profiles].sort());
      for (const [thread, file] of profiles.entries()) {
        const { threadmill, nodes, startTime, endTime } = await readJson<SavedProfile>(folder, 'raw', file);
        const label = thread === 0 ? 'main thread' : `worker ${thread}`;
        const { load, turns, ...who } = threadmill;
        assert.deepEqual(who, { thread, label, variant });
        assert.equal(turns?.length, 1, 'one stretch, as nobody takes turns with it');
        assert.ok(load !== undefined && startTime <= load.startUs && load.endUs <= endTime);
        assert.ok(load.endUs - load.startUs >= loadMs * 1000);
        // The user's own function by its name, and not hidden in the caller that it was inlined into.
        const hits = (name: string) =>
          nodes
            .filter(
              ({ callFrame }) => callFrame.functionName === name && callFrame.url.endsWith('workload.mjs'),
            )
            .reduce((sum, { hitCount = 0 }) => sum + hitCount, 0);
        const runsJobs = workers.length === 0 || thread > 0;
        assert.equal(
          hits('burnSome') > 2 * hits('run'),
          runsJobs,
          `${label}: ${hits('burnSome')}, ${hits('run')}`,
        );
      }

      assert.ok('startUs' in timeline);
      const { jobs: rows, trace, startNs, endNs, threads } = await timelineOf(folder);
      assert.deepEqual([startNs / 1_000, endNs / 1_000], [timeline.startUs, timeline.endUs]);
      assert.deepEqual(rows.countOutcomes().ok, JOBS);
      for (const position of rows.start.keys()) {
        assert.ok(startNs <= rows.start[position]! && rows.start[position]! < rows.end[position]!);
        assert.ok(rows.end[position]! <= endNs);
        const isHandedOver = VARIANT_FACTS[variant].jobsOn === 'workers' && variant !== 'worker-pool-batched';
        assert.equal(trace.columns.queuedAt[position]! > 0, isHandedOver);
      }
      for (const [thread, file] of profiles.entries()) {
        const { threadmill, endTime } = await readJson<SavedProfile>(folder, 'raw', file);
        // After the load, and while it is still being profiled.
        assert.ok(threadmill.load!.endUs <= timeline.startUs && timeline.endUs <= endTime);
        const { loop } = threads.find((each) => each.thread === thread)!;
        assert.ok(loop !== null && loop.dueNs.length > 0);
        for (const [turn, dueNs] of loop.dueNs.entries()) {
          assert.ok(dueNs > (loop.dueNs[turn - 1] ?? 0) && loop.delayNs[turn]! >= 0);
        }
      }

      const lines = (await logLines(folder)).filter(({ msg }) => msg === 'job');
      assert.deepEqual(
        lines.map(({ job }) => Number(job)).sort((a, b) => a - b),
        Array.from({ length: JOBS }, (_, job) => job),
      );
      for (const line of lines) {
        const {
          level,
          runId,
          process: part,
          variant: named,
          outcome,
          thread,
          startMs,
          endMs,
          durationMs,
        } = line;
        assert.deepEqual([level, runId, part, named, outcome], ['debug', 'bench', 'runner', variant, 'ok']);
        const onMain = VARIANT_FACTS[variant].jobsOn === 'main';
        assert.ok(onMain ? thread === 0 : workers.includes(thread as number));
        assert.ok(Number(startMs) >= 0 && Number(endMs) >= Number(startMs) && Number(durationMs) >= 5);
      }
      const starts = lines.map(({ startMs }) => Number(startMs));
      assert.deepEqual(
        starts,
        starts.toSorted((a, b) => a - b),
        'in order of their starts',
      );
    });
  }

  test('without a minimum it runs once; the base URL may come by the environment', async (t) => {
    const server = await HostileServer.start(t);
    const workload = `
      import { httpWorkload, type WorkloadSettings } from 'threadmill';
      export default ({ baseUrl }: WorkloadSettings) =>
        httpWorkload({ baseUrl, requests: [{ name: 'a', path: '/a', repeat: ${JOBS - 1} }, { name: 'b', path: '/status-503/' }] });`;
    const { folder, result, argv } = await argumentsOf(t, {
      variant: 'sequential',
      workload,
      baseUrl: 'http://***@nowhere.invalid',
    });
    await run(process.execPath, argv, {
      env: { ...process.env, THREADMILL_BASE_URL: server.url },
      timeout: 600_000,
    });
    const { repeats, jobs, failed, profiles } = await readJson<RunOnceResult>(result);
    assert.deepEqual([repeats, jobs, failed, profiles], [1, JOBS, 1, []]);
    const lines = (await logLines(folder)).filter(({ msg }) => msg === 'job');
    assert.deepEqual(
      lines.filter(({ outcome }) => outcome !== 'ok').map(({ status, outcome }) => [status, outcome]),
      [[503, 'http-error']],
    );
  });

  test('with a minimum the plan is repeated until it has lasted for so long', async (t) => {
    const workload = `
      import { defineWorkload } from 'threadmill';
      export default defineWorkload({ name: 'short', jobs: ${JOBS}, run: () => 1 });`;
    const { result, argv } = await argumentsOf(t, { variant: 'event-loop', workload, minLoadMs: 500 });
    await run(process.execPath, argv, { timeout: 600_000 });
    const { repeats, jobs, loadMs } = await readJson<RunOnceResult>(result);
    assert.ok(repeats > 1 && jobs === JOBS * repeats && loadMs >= 500, `${repeats} times in ${loadMs} ms`);
  });

  test('a workload that leaves something open does not keep the process alive', async (t) => {
    const workload = BURNING.replace('export default', 'setInterval(() => {}, 1000); export default');
    const { result, argv } = await argumentsOf(t, { variant: 'event-loop', workload });
    await run(process.execPath, argv, { timeout: 600_000 });
    assert.equal((await readJson<RunOnceResult>(result)).failed, 0);
  });

  test('a timeline that does not come to its end is given up, and the load kept', async (t) => {
    // From the moment on at which requests are watched, no job ends.
    const workload = BURNING.replace(
      "return 'burnt'",
      "if (channel('undici:client:sendHeaders').hasSubscribers) await new Promise(() => {}); return 'burnt'",
    ).replace('export default', "import { channel } from 'node:diagnostics_channel'; export default");
    const { result, argv, folder } = await argumentsOf(t, {
      ...{ variant: 'worker-pool', workload, minLoadMs: 50, profiles: true, timeline: true },
    });
    await run(process.execPath, argv, { timeout: 600_000 });
    const { timeline, failed, profiles } = await readJson<RunOnceResult>(result);
    assert.ok('missing' in timeline, JSON.stringify(timeline));
    assert.match(timeline.missing, /\b\d+ ms$/);
    assert.deepEqual([failed, profiles.length], [0, 3]);
    assert.deepEqual(await readdir(join(folder, 'timeline')), ['begun']);
  });

  test('a worker that dies within the load costs its profile, not those of the others', async (t) => {
    const workload = BURNING.replace(
      "return 'burnt'",
      "if (first) { first = false; process.exit(1); } return 'burnt'",
    ).replace('export default', `${FIRST_OF_ALL} export default`);
    const { result, argv } = await argumentsOf(t, {
      variant: 'worker-pool',
      workload,
      minLoadMs: 200,
      profiles: true,
    });
    await run(process.execPath, argv, { timeout: 600_000 });
    const { profiles, failed, lostThreads, unseenThreads } = await readJson<RunOnceResult>(result);
    assert.ok(failed >= 1);
    assert.deepEqual([lostThreads, unseenThreads], [1, 0]);
    assert.equal(
      profiles.length,
      2,
      `the main thread and the worker that was there all the time: ${profiles}`,
    );
  });

  test('worker threads that the workload starts itself are counted as not seen', async (t) => {
    const workload = BURNING.replace(
      'export default defineWorkload({',
      `const own: Worker[] = [];
      const start = () => own.push(new Worker('setInterval(() => {}, 1000)', { eval: true }));
      export default defineWorkload({
        setup: () => { start(); start(); },
        teardown: () => Promise.all(own.map((worker) => worker.terminate())).then(() => {}),`,
    ).replace('export function', "import { Worker } from 'node:worker_threads'; export function");
    for (const [variant, heap, unseen] of [
      ['event-loop', false, 2],
      ['worker-pool', false, 4],
      ['worker-pool-batched', true, 4],
    ] as const) {
      const { result, argv } = await argumentsOf(t, { variant, workload, heap, profiles: !heap });
      await run(process.execPath, argv, { timeout: 600_000 });
      const { unseenThreads, lostThreads } = await readJson<RunOnceResult>(result);
      assert.deepEqual([unseenThreads, lostThreads], [unseen, 0], variant);
    }
  });

  test('allocations are sampled in every thread; of one that dies within the load they are known to be missing', async (t) => {
    const plain = await argumentsOf(t, { variant: 'worker-pool-batched', workload: BURNING, heap: true });
    await run(process.execPath, plain.argv, { timeout: 600_000 });
    const { heap, profiles } = await readJson<RunOnceResult>(plain.result);
    const files = [0, 1, 2].map((thread) => `thread-${thread}.heapprofile`);
    assert.deepEqual([heap, profiles], [{ threads: 3, files }, []]);
    for (const [thread, file] of files.entries()) {
      const saved = await readJson<SavedHeapProfile>(plain.folder, 'heap', file);
      assert.deepEqual([saved.threadmill.thread, saved.threadmill.intervalBytes], [thread, 2_048]);
      assert.ok(saved.samples.length > 0, file);
    }

    const workload = BURNING.replace("return 'burnt'", "if (first) process.exit(1); return 'burnt'").replace(
      'export default',
      `${FIRST_OF_ALL} export default`,
    );
    const dying = await argumentsOf(t, { variant: 'worker-pool', workload, warmup: 0, heap: true });
    await run(process.execPath, dying.argv, { timeout: 600_000 });
    const result = await readJson<RunOnceResult>(dying.result);
    assert.ok(result.failed >= 1);
    assert.equal(result.heap!.threads, 3);
    assert.equal(result.heap!.files.length, 2, String(result.heap!.files));
  });

  test('a job that ends the process leaves no result and an exit code', async (t) => {
    for (const deed of [
      'process.exit(0)',
      'setTimeout(() => { throw new Error("from a timer"); }); await new Promise(() => {})',
    ]) {
      const { result, argv } = await argumentsOf(t, {
        variant: 'event-loop',
        workload: BURNING.replace("return 'burnt'", deed),
      });
      const ended = await run(process.execPath, argv, { timeout: 600_000 }).catch(
        (thrown: { stderr: string }) => thrown,
      );
      assert.equal(existsSync(result), false);
      if (deed.includes('throw')) assert.match(ended.stderr, /from a timer/);
    }
  });

  test('a workload whose `teardown` throws costs nothing of the load', async (t) => {
    const workload = BURNING.replace(
      'export default defineWorkload({',
      "export default defineWorkload({ teardown: () => { throw new Error('left open'); },",
    );
    for (const variant of ['event-loop', 'worker-pool'] as const) {
      const { result, argv } = await argumentsOf(t, { variant, workload });
      const { stderr } = await run(process.execPath, argv, { timeout: 600_000 });
      assert.match(stderr, /left open/);
      assert.equal((await readJson<RunOnceResult>(result)).failed, 0);
    }
  });

  test('what can not be started says why', async (t) => {
    const { argv } = await argumentsOf(t, {
      variant: 'worker-pool',
      workload: 'throw new Error("no config"); export default 1;',
    });
    await assert.rejects(
      run(process.execPath, argv, { timeout: 600_000 }),
      (thrown: { stderr: string; code: number }) => {
        assert.match(thrown.stderr, /no config/);
        return thrown.code !== 0;
      },
    );
    await assert.rejects(run(process.execPath, [RUNNER, '--once']), /--variant must be one of/);
  });

  for (const variant of ['event-loop', 'worker-pool'] satisfies VariantName[]) {
    test(`${variant}: ends when the process that started it is killed`, async (t) => {
      const { folder, argv, result } = await argumentsOf(t, {
        variant,
        workload: BEGINNING,
        minLoadMs: 600_000,
      });
      const parent = spawn(
        process.execPath,
        [
          '-e',
          `const child = require('node:child_process').spawn(process.execPath, ${JSON.stringify(argv)}, { stdio: 'ignore', detached: true }); console.log(child.pid); setInterval(() => {}, 1000);`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      t.after(() => {
        parent.kill('SIGKILL');
        if (commandLineOf(pid).includes(RUNNER)) process.kill(pid, 'SIGKILL');
      });
      // Its first job has run: by then it looks after its parent.
      while (!existsSync(join(folder, 'begun'))) await pause(20);
      parent.kill('SIGKILL');
      while (commandLineOf(pid) !== '') await pause(50);
      assert.equal(existsSync(result), false);
    });
  }
});
