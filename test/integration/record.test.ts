import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EXACT_FRAMES } from '../../src/core/capture-settings.ts';
import type { Recording } from '../../src/core/documents/recording.ts';
import { loadRecording } from '../../src/output/pages/recording/load.ts';
import { topAllocators } from '../../src/profile/top-allocators.ts';
import { topFunctions } from '../../src/profile/top-functions.ts';
import { RecordingFolder } from '../../src/store/recording-folder.ts';
import { readProfileOfThread } from '../../src/store/thread-profiles.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { msIn, PROGRAMS, readRecorded, recordProgram, threadsWith } from '../support/recordings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TSX = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url));
const program = (name: string): string => join(PROGRAMS, name);

describe('record: what is seen', { concurrency: 2 }, () => {
  test('threads of every kind: each is listed, with the function that it alone ran; Atomics.wait is idle', async (t) => {
    const recorded = await recordProgram(t, ['--', 'node', program('threads.cjs')]);
    assert.equal(recorded.code, 0, recorded.run.stderr);
    assert.equal(recorded.run.stdout, 'sync ok\n');
    for (const name of ['mainWork', 'namedWork', 'nestedWork', 'bareWork', 'syncWork', 'evalWork']) {
      const [thread, ...others] = threadsWith(recorded, name);
      assert.ok(thread !== undefined, `${name} has a thread`);
      assert.deepEqual(others, [], `${name} ran in one thread`);
      assert.equal(thread.role, name === 'mainWork' ? 'main' : 'worker');
    }
    const { threads, processes } = recorded.recording;
    assert.equal(processes.length, 1);
    // The six, and the one that started the nested one.
    assert.equal(threads.length, 7);
    assert.match(threadsWith(recorded, 'namedWork')[0]!.label, /a name/);
    // The main thread waits in Atomics.wait.
    const waiting = topFunctions(recorded.flame).filter(({ frame }) => frame.name === 'wait');
    assert.ok(waiting.every(({ self }) => self === 0));
  });

  test('Atomics.wait: the event loop of a worker is not late for it, that of the main thread is', async (t) => {
    const script = `
      const { Worker, isMainThread, workerData } = require('node:worker_threads');
      const shared = isMainThread ? new Int32Array(new SharedArrayBuffer(4)) : workerData;
      if (isMainThread) new Worker(__filename, { workerData: shared });
      setTimeout(() => Atomics.wait(shared, 0, 0, 1_500), 200);
      setTimeout(() => {}, 300);`;
    const { recording } = await recordProgram(t, ['--', 'node', 'app.js'], { files: { 'app.js': script } });
    const [main, worker] = recording.threads;
    assert.ok(main!.lag!.maxMs >= 1_300, `${main!.lag?.maxMs}`);
    assert.ok(worker!.lag!.maxMs < 1_000, `${worker!.lag?.maxMs}`);
  });

  test('500 ms in each of two workers: the merged profile has what the workers measured, within 5%', async (t) => {
    const recorded = await recordProgram(t, ['--', 'node', program('burn.mjs')]);
    type Spans = readonly (readonly [startMs: number, endMs: number])[];
    const { inPool, inWorkers } = JSON.parse(recorded.run.stdout) as Record<string, Spans>;
    for (const [name, spans] of [
      ['burnInPool', inPool!],
      ['burnInWorker', inWorkers!],
    ] as const) {
      const threads = threadsWith(recorded, name);
      assert.equal(threads.length, 2);
      const profiles = await Promise.all(
        threads.map(({ profile }) => readProfileOfThread(recorded.folder.path(profile!))),
      );
      // On a crowded machine samples come late: a call lasts from the first in it to the first after it.
      const within = (
        { samples, endUs }: (typeof profiles)[number],
        [start, end]: (typeof spans)[number],
      ) => {
        const [from, to] = [start, end].map((ms) => samples.timeUs.find((us) => us >= ms * 1e3) ?? endUs);
        return (to! - from!) / 1e3;
      };
      const found = msIn(recorded, name);
      // Which of the two threads ran which call is not known.
      const [[one, other], [a, b]] = [spans, profiles];
      const known = [within(a!, one!) + within(b!, other!), within(a!, other!) + within(b!, one!)];
      const off = Math.min(...known.map((ms) => Math.abs(found - ms)));
      // A thread may also have to wait for a CPU while the recorder or V8 interrupts the call.
      const interrupted = threads
        .flatMap(({ thread, recorderMs }) => [
          recorderMs,
          ...['(program)', '(garbage collector)'].map((each) => msIn(recorded, each, thread)),
        ])
        .reduce((sum, ms) => sum + ms);
      const both = `${found} ms (± ${interrupted} more), known to be ${known.join(' or ')}`;
      assert.ok(off <= 0.05 * found + interrupted, `${name}: ${both}`);
    }
    assert.ok(threadsWith(recorded, 'burnInPool').every(({ role }) => role === 'pool-worker'));
    const queued = recorded.recording.waits.filter(({ kind }) => kind === 'queue');
    assert.deepEqual(
      queued.map(({ target, count }) => [target, count]),
      [['burn.mjs', 3]],
    );
    // The third task began when the first had ended.
    const shortestMs = Math.min(...inPool!.slice(0, 2).map(([start, end]) => end - start));
    assert.ok(queued[0]!.maxMs >= 0.95 * shortestMs, `${queued[0]!.maxMs}`);
  });

  test('cluster and fork: every process is listed, a fork with an environment of its own as well', async (t) => {
    const recorded = await recordProgram(t, ['--', 'node', program('cluster.cjs')]);
    const { processes, threads } = recorded.recording;
    assert.equal(processes.length, 4);
    assert.ok(threads.every(({ role }) => role === 'main'));
    assert.equal(threadsWith(recorded, 'forkedWork').length, 1);
    // Both workers of the cluster, and the fork, which computes in the same function.
    assert.equal(threadsWith(recorded, 'answer').length, 3);
    const [primary] = processes;
    assert.ok(processes.slice(1).every(({ ppid }) => ppid === primary!.pid));
  });

  test('TypeScript under tsx: functions, stalls and waits stand at their lines of the source; the report has them', async (t) => {
    const recorded = await recordProgram(t, ['--', TSX, program('server.ts')]);
    const { frame } = topFunctions(recorded.flame).find(({ frame: { name } }) => name === 'slowHandler')!;
    const source = await readFile(program('server.ts'), 'utf8');
    const line = source.split('\n').findIndex((text) => text.startsWith('function slowHandler')) + 1;
    assert.ok(frame.file!.endsWith('server.ts'), frame.file!);
    assert.equal(frame.line, line);
    const named = recorded.recording.stalls.filter((stall) => stall.function?.name === 'slowHandler');
    // One of each request, unless a crowded machine took no sample within it.
    assert.ok(named.length >= 1 && named.length <= 3, `${named.length}`);
    assert.ok(named.every(({ startUs, endUs, requests }) => endUs - startUs >= 380_000 && requests === 1));
    const waits = new Map(recorded.recording.waits.map((wait) => [`${wait.kind} ${wait.target}`, wait]));
    assert.equal(waits.get('http-in GET /slow')?.count, 3);
    const out = recorded.recording.waits.find(({ kind }) => kind === 'http-out');
    assert.equal(out?.count, 3);
    assert.ok(out.totalMs >= 3 * 400);

    const lines = recorded.run.stderr.slice(recorded.run.stderr.indexOf('\n\n') + 2).split('\n');
    assert.ok(lines.length <= 26 && lines.every((text) => text.length <= 100), recorded.run.stderr);
    const page = await readFile(recorded.folder.path('report.html'), 'utf8');
    assert.ok(page.includes('slowHandler') && page.includes('data-island="timeline"'));
    const again = await CliRun.start(t, ['report', '--no-open'], { cwd: recorded.run.cwd });
    assert.equal(await again.ended, 0, again.stderr);
    assert.equal(await readFile(recorded.folder.path('report.html'), 'utf8'), page);
    assert.match(await readFile(join(recorded.run.outDir, 'index.html'), 'utf8'), /kind-recording/);
  });
});

describe('record: waits', { concurrency: 2 }, () => {
  test('requests of node:http last until the end of their body; one that is cut off has failed', async (t) => {
    const script = `
      const http = require('node:http');
      const server = http.createServer((request, response) => {
        response.write('a');
        setTimeout(() => request.url === '/cut' ? response.destroy() : response.end('b'), 400);
      }).listen(0, '127.0.0.1', async () => {
        const { port } = server.address();
        const get = (path) => new Promise((resolve) => {
          http.get({ port, path, agent: false }, (response) => {
            response.on('close', resolve).on('error', () => {}).resume();
          });
        });
        for (const path of ['/whole', '/cut']) await get(path);
        // Nobody reads this body.
        http.get({ port, path: '/whole', agent: false }, (response) => {
          setTimeout(() => { response.destroy(); server.close(); }, 1_500);
        });
      });`;
    const { recording, run } = await recordProgram(t, ['--', 'node', 'app.js'], {
      files: { 'app.js': script },
    });
    const [out, ...others] = recording.waits.filter(({ kind }) => kind === 'http-out');
    assert.deepEqual(others, [], run.stderr);
    assert.deepEqual([out!.count, out!.failed], [3, 1]);
    // Twice 400 ms, and the head of the third.
    assert.ok(out!.totalMs >= 2 * 390 && out!.maxMs < 1_500, JSON.stringify(out));
  });

  test('DNS: lookup takes a thread of libuv’s pool, a query of c-ares does not and has a kind of its own', async (t) => {
    const script = `
      const dns = require('node:dns');
      const server = require('node:dgram').createSocket('udp4');
      server.on('message', (query, { port, address }) => {
        // One answer: the name of the question, A, IN, 60 s, 127.0.0.1.
        const head = Buffer.from([query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
        const end = query.indexOf(0, 12) + 5;
        const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
        server.send(Buffer.concat([head, query.subarray(12, end), answer]), port, address);
      }).bind(0, '127.0.0.1', () => {
        const resolver = new dns.Resolver();
        resolver.setServers(['127.0.0.1:' + server.address().port]);
        resolver.resolve4('asked.test', (error, found) => {
          console.log(error?.code ?? found[0]);
          dns.lookup('localhost', () => server.close());
        });
      });`;
    const { recording, run } = await recordProgram(t, ['--', 'node', 'app.js'], {
      files: { 'app.js': script },
    });
    assert.equal(run.stdout, '127.0.0.1\n');
    assert.deepEqual(recording.waits.map(({ kind, target }) => `${kind} ${target}`).sort(), [
      'dns localhost',
      'dns-query asked.test',
    ]);
  });

  test('libuv’s pool: its size is that which the program set before the first use', async (t) => {
    const script = `process.env.UV_THREADPOOL_SIZE = '7'; setTimeout(() => {}, 2_000);`;
    const { recording } = await recordProgram(t, ['--', 'node', 'app.js'], { files: { 'app.js': script } });
    assert.equal(recording.processes[0]!.pool?.size, 7);
  });
});

describe('record: ends', () => {
  test('every end of a main thread, a worker and a fork: what it did last is there', async (t) => {
    const recorded = await recordProgram(t, ['--', 'node', program('all-ends.cjs')]);
    const { recording, run, folder } = recorded;
    const said = run.stdout.trim().split('\n');
    for (const end of [
      'normal',
      'exit',
      'uncaught',
      'terminate',
      'SIGINT',
      'SIGTERM',
      'SIGTERM-handled',
      'out-of-memory',
      'SIGKILL',
    ]) {
      for (const place of ['main', 'worker', 'fork']) {
        if (end === 'terminate' && place !== 'worker') continue;
        const endedUs = Number(
          said.find((line) => line.startsWith(`${end} ${place}: ended `))?.split(' ')[3],
        );
        assert.ok(endedUs > 0, `${end} ${place} has ended`);
        const isOf = ({ commandLine }: Recording['processes'][number]): boolean =>
          commandLine.endsWith(`ends.cjs ${end} ${place === 'fork' ? 'main' : place}`);
        const processes = recording.processes.flatMap((each, index) => (isOf(each) ? [index] : []));
        const parent = recording.processes.findIndex(({ commandLine }) =>
          commandLine.endsWith(`ends.cjs ${end} fork`),
        );
        const process = processes.find((index) => {
          return (
            (recording.processes[index]!.ppid === recording.processes[parent]?.pid) === (place === 'fork')
          );
        });
        const thread = recording.threads.find(
          (each) => each.process === process && (each.role === 'main') === (place !== 'worker'),
        );
        assert.ok(thread !== undefined && msIn(recorded, 'lastWork', thread.thread) > 0, `${end} ${place}`);
        // Of these the last window is lost.
        if (['out-of-memory', 'SIGKILL'].includes(end)) continue;
        const { endUs } = await readProfileOfThread(folder.path(thread.profile!));
        assert.ok(endUs >= endedUs, `${end} ${place}: sampled until ${endedUs - endUs} µs before its end`);
      }
    }
    assert.ok(!said.some((line) => line.endsWith('survived')));
    const codes = said.filter((line) => / code /.test(line)).sort();
    assert.deepEqual(codes, [
      'SIGINT fork: code 0 null',
      'SIGINT main: code null SIGINT',
      'SIGINT worker: code null SIGINT',
      'SIGKILL fork: code 0 null',
      'SIGKILL main: code null SIGKILL',
      'SIGKILL worker: code null SIGKILL',
      'SIGTERM fork: code 0 null',
      'SIGTERM main: code null SIGTERM',
      'SIGTERM worker: code null SIGTERM',
      'SIGTERM-handled fork: code 0 null',
      'SIGTERM-handled main: code 0 null',
      'SIGTERM-handled worker: code 0 null',
      'exit fork: code 0 null',
      'exit main: code 7 null',
      'exit worker: code 0 null',
      'normal fork: code 0 null',
      'normal main: code 0 null',
      'normal worker: code 0 null',
      'out-of-memory fork: code 0 null',
      'out-of-memory main: code null SIGABRT',
      'out-of-memory worker: code 0 null',
      'terminate worker: code 0 null',
      'uncaught fork: code 0 null',
      'uncaught main: code 1 null',
      'uncaught worker: code 0 null',
    ]);
  });
});

describe('record: the program is as without it', { concurrency: 2 }, () => {
  test('a worker terminated while a system call blocks it: the process does not crash', async (t) => {
    const { run, code } = await recordProgram(t, ['--', 'node', program('ends-in-syscall.cjs')]);
    assert.equal(code, 0, run.stderr);
    assert.equal(run.stdout, 'worker 1\n');
  });

  test('output, arguments, working folder and exit code are the command’s; our words go to stderr', async (t) => {
    const script = 'console.log(process.cwd(), process.argv[2]); console.error("own"); process.exitCode = 5';
    const { run, code } = await recordProgram(t, ['--', 'node', 'a b.js', '--flag'], {
      files: { 'a b.js': script },
    });
    assert.equal(code, 5);
    assert.equal(run.stdout, `${run.cwd} --flag\n`);
    assert.match(run.stderr, /^own$/m);
    assert.match(run.stderr, /^threadmill: /);
  });

  test('a program that replaces its clocks and timers, as fake timers do: it goes on, and is neither late nor stalled', async (t) => {
    const script = `
      const own = { setInterval, clearInterval, setTimeout };
      process.hrtime = () => [0, 0];
      performance.now = () => 0;
      globalThis.setInterval = globalThis.setTimeout = () => { throw new Error('faked'); };
      globalThis.clearInterval = globalThis.clearTimeout = globalThis.setInterval;
      new (require('node:worker_threads').MessageChannel)().port1.postMessage(1);
      let turns = 0;
      const timer = own.setInterval(() => {
        if (++turns < 40) return;
        own.clearInterval(timer);
        console.log('end');
      }, 20);`;
    const { run, code, recording } = await recordProgram(t, ['--', 'node', 'app.js'], {
      files: { 'app.js': script },
    });
    assert.equal(code, 0, run.stderr);
    assert.equal(run.stdout, 'end\n');
    const [main] = recording.threads;
    assert.ok(main!.samples > 0);
    // Not the time since the machine started.
    assert.ok(main!.lag!.maxMs < 5_000, `${main!.lag!.maxMs}`);
    assert.ok(main!.messages.sendMs < 5_000, `${main!.messages.sendMs}`);
  });

  test('--toggle of a process that allows no threads: SIGUSR2 does not end it, and it is listed as refused', async (t) => {
    const script = `process.on('SIGUSR2', () => setTimeout(() => console.log('goes on'), 100)); console.log('up');
      process.on('SIGTERM', () => process.exit(6)); setInterval(() => {}, 1_000);`;
    const { allowedNodeEnvironmentFlags: flags } = process;
    const permission = flags.has('--permission') ? '--permission' : '--experimental-permission';
    const argv = [permission, '--allow-fs-read=*', '--allow-fs-write=*', 'app.js'];
    const run = await CliRun.start(t, ['record', '--toggle', '--json', '--', 'node', ...argv], {
      files: { 'app.js': script },
    });
    await run.said('up');
    for (const times of [1, 2]) {
      run.child.kill('SIGUSR2');
      await run.said(new RegExp(`(goes on[^]*){${times}}`));
    }
    run.terminate();
    assert.equal(await run.ended, 6, run.stderr);
    const { processes } = JSON.parse(run.stdout) as Recording;
    assert.deepEqual(
      processes.map(({ skipped }) => skipped),
      ['refused'],
    );
  });

  test('NODE_OPTIONS of the program’s own still count', async (t) => {
    const { run, code } = await recordProgram(t, ['--', 'node', '-e', 'console.log(process.title)'], {
      env: { NODE_OPTIONS: '--title=mine' },
    });
    assert.equal(code, 0);
    assert.equal(run.stdout, 'mine\n');
  });

  test('a worker that Node profiles itself: no sample of it, a warning, and nothing in the program’s output', async (t) => {
    const script = `
      const { Worker, isMainThread } = require('node:worker_threads');
      if (isMainThread) new Worker(__filename, { execArgv: ['--cpu-prof', '--cpu-prof-dir=own'] });
      else setTimeout(() => {}, 300);`;
    const { run, code, recording } = await recordProgram(t, ['--json', '--', 'node', 'app.js'], {
      files: { 'app.js': script },
    });
    assert.equal(code, 0);
    assert.doesNotMatch(run.stderr, /Profiler/);
    const [, worker] = recording.threads;
    assert.deepEqual([worker!.samples, worker!.lag === null], [0, false]);
    assert.ok(recording.warnings.some((warning) => warning.code === 'threads-not-sampled'));
    assert.equal((await readdir(join(run.cwd, 'own'))).length, 1);
  });

  test('node --test: its test files are recorded, and the parent process is listed as not recorded', async (t) => {
    const script = `require('node:test').test('own', () => { for (const end = Date.now() + 50; Date.now() < end; ); });`;
    // Else Node takes it for a process of the test runner that this runs in.
    const argv = ['--json', '--', 'sh', '-c', 'unset NODE_TEST_CONTEXT; exec node --test own.test.js'];
    const { run, code, recording } = await recordProgram(t, argv, { files: { 'own.test.js': script } });
    assert.equal(code, 0, run.stderr);
    assert.match(run.stderr, /pass 1$/m);
    assert.deepEqual(
      recording.processes.map(({ skipped }) => skipped),
      ['test-runner', null],
    );
    assert.ok(recording.threads[0]!.samples > 0);
  });

  test('SIGTERM to record reaches the program, whose exit code it takes', async (t) => {
    const script =
      'process.on("SIGTERM", () => process.exit(9)); console.log("up"); setInterval(() => {}, 1000)';
    const run = await CliRun.start(t, ['record', '--', 'node', 'server.js'], {
      files: { 'server.js': script },
    });
    await new Promise<void>((resolve) => run.child.stdout!.once('data', () => resolve()));
    run.terminate();
    assert.equal(await run.ended, 9, run.stderr);
    await run.allGone();
  });

  test('--duration: the recording is over, the program goes on and its exit code counts', async (t) => {
    const script = 'setTimeout(() => { console.log("end"); process.exit(4); }, 7000)';
    // Both from the start of `record`: a crowded machine starts the program within them all the same.
    const argv = ['--delay', '300ms', '--duration', '3s', '--', 'node', 'app.js'];
    const { run, code, recording } = await recordProgram(t, argv, { files: { 'app.js': script } });
    assert.equal(code, 4);
    assert.equal(run.stdout, 'end\n');
    assert.equal(recording.exit, null);
    assert.equal(recording.threads.length, 1);
    // Of 7,000 ms: it was over long before the program was, however late on a crowded machine.
    assert.ok(recording.threads[0]!.sampledMs < 5_000, `${recording.threads[0]!.sampledMs}`);
  });

  test('--toggle: what is recorded begins and ends with a SIGUSR2; each part is a process of its own', async (t) => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const isLeft = "globalThis[Symbol.for('threadmill.recorder.agent')] === undefined";
      const spin = 'const end = Date.now() + 5; while (Date.now() < end);';
      const source = 'setInterval(() => { ' + spin + ' require("worker_threads").parentPort.postMessage(' + isLeft + '); }, 20)';
      new Worker(source, { eval: true }).on('message', (inWorker) => console.log(eval(isLeft), inWorker));
      process.on('SIGTERM', () => process.exit(6));`;
    const run = await CliRun.start(t, ['record', '--toggle', '--json', '--', 'node', 'app.js'], {
      files: { 'app.js': script },
    });
    await run.said('true true');
    // The worker has an agent once a window of its samples is there.
    for (const state of ['false false', 'true true', 'false false']) {
      run.child.kill('SIGUSR2');
      const before = run.stderr.length;
      await run.said(new RegExp(`[^]{${before}}\\n${state}\\n`));
    }
    run.terminate();
    assert.equal(await run.ended, 6, run.stderr);
    const { processes, threads } = JSON.parse(run.stdout) as Recording;
    assert.equal(processes.length, 2);
    assert.ok(processes.every(({ ended, pid }) => ended === 'in-order' && pid === processes[0]!.pid));
    assert.deepEqual(
      threads.map(({ role, samples }) => [role, samples > 0]),
      ['main', 'worker', 'main', 'worker'].map((role) => [role, true]),
    );
  });

  test('--heap: what each thread allocated is in its profile and the report; other programs have their CPU time', async (t) => {
    const script = `
      const { Worker, isMainThread } = require('node:worker_threads');
      let kept = [];
      function mainAllocates() { for (let i = 0; i < 1e4; i++) kept.push([i, i]); kept = []; }
      function workerAllocates() { for (let i = 0; i < 1e4; i++) kept.push([i, i]); kept = []; }
      if (isMainThread) {
        new Worker(__filename);
        require('node:child_process').spawn('sh', ['-c', 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 3']);
      }
      const timer = setInterval(isMainThread ? mainAllocates : workerAllocates, 10);
      setTimeout(() => clearInterval(timer), 1000);
      // V8 forgets where code is from that nothing holds any more.
      module.exports = [mainAllocates, workerAllocates];`;
    const { recording, folder } = await recordProgram(
      t,
      ['--heap', '--', 'node', ...EXACT_FRAMES, 'app.js'],
      {
        files: { 'app.js': script },
      },
    );
    const { allocations } = await loadRecording(folder, recording);
    const top = (thread: number) => {
      const { flame, variance } = allocations;
      const at = flame.threads.findIndex((each) => each.thread === thread);
      const own = { ...flame, threads: flame.threads.slice(at, at + 1) };
      return topAllocators({ ...allocations, flame: own, variance: variance.slice(at, at + 1) })[0]?.frame
        .name;
    };
    assert.deepEqual([top(0), top(1)], ['mainAllocates', 'workerAllocates']);
    assert.match(await readFile(folder.path('report.html'), 'utf8'), /<section id="allocations"/);
    const [sh] = recording.others;
    assert.equal(sh?.name, 'sh');
    assert.ok(sh.cpuMs! > 0, String(sh.cpuMs));
  });

  test('startRecording: what runs until stop() is recorded, twice in one process, and not what runs before', async (t) => {
    const script = `
      import { readFileSync } from 'node:fs';
      import { startRecording } from ${JSON.stringify(new URL('../../dist/src/record.js', import.meta.url).href)};
      const spin = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
      function before() { spin(200); }
      function part() { spin(500); }
      before();
      for (const name of ['one', 'two']) {
        const stop = await startRecording({ name });
        await startRecording().then(() => console.log('a second one'), () => undefined);
        part();
        const { dir } = await stop();
        console.log(dir);
      }`;
    const run = await CliRun.start(t, ['record', '--exclude', 'part.mjs', '--', 'node', 'part.mjs'], {
      files: { 'part.mjs': script },
    });
    assert.equal(await run.ended, 0, run.stderr);
    const dirs = run.stdout.trim().split('\n');
    for (const [index, name] of ['one', 'two'].entries()) {
      const recorded = await readRecorded(RecordingFolder.open(dirs[index]!));
      assert.equal(recorded.recording.name, name);
      // Of its 500 ms: on a crowded machine the first samples come late.
      const ms = msIn(recorded, 'part');
      assert.ok(ms > 0 && ms < 900, `${ms}`);
      assert.equal(msIn(recorded, 'before'), 0);
    }
  });

  test('--include: only those processes are recorded', async (t) => {
    const files = {
      'outer.js': 'require("node:child_process").fork("inner.js")',
      'inner.js': 'setTimeout(() => {}, 100)',
    };
    const argv = ['--include', 'inner', '--', 'node', 'outer.js'];
    const { recording } = await recordProgram(t, argv, { files });
    assert.deepEqual(
      recording.processes.map(({ name }) => name),
      ['inner.js'],
    );
  });

  test('--fail-if: exit code 99 if it holds, and that of the program if it has one of its own', async (t) => {
    const gates = ['--fail-if', 'busy>100%', '--fail-if', 'stall>=0ms'];
    const held = await recordProgram(t, [...gates, '--', 'node', '-e', 'setTimeout(() => {}, 300)']);
    assert.equal(held.code, 99);
    assert.deepEqual(
      held.recording.gates.map(({ outcome }) => outcome),
      ['passed', 'failed'],
    );
    const own = await recordProgram(t, [
      ...gates,
      '--',
      'node',
      '-e',
      'setTimeout(() => process.exit(7), 300)',
    ]);
    assert.equal(own.code, 7);
    const refused = await CliRun.start(t, ['record', '--fail-if', 'stal>1ms', '--', 'node', '-e', '0']);
    assert.equal(await refused.ended, 1);
    assertNames(refused.complaint(), '"stal"');
  });

  test('--fail-if stall: a synchronous script, and a stall below --stall, are judged; without Node it is inconclusive', async (t) => {
    const spin = (ms: number): string =>
      `for (const end = performance.now() + ${ms}; performance.now() < end; );`;
    const judged = (threshold: string, script: string) =>
      recordProgram(t, ['--fail-if', `stall > ${threshold}`, '--', 'node', '-e', script]);
    const synchronous = await judged('200ms', spin(500));
    assert.equal(synchronous.code, 99, synchronous.run.stderr);
    const short = await judged('10ms', `setTimeout(() => { ${spin(40)} }, 300)`);
    assert.equal(short.code, 99, short.run.stderr);
    const none = await CliRun.start(t, ['record', '--fail-if', 'stall > 200ms', '--', 'true']);
    assert.equal(await none.ended, 4, none.stderr);
  });

  test('--json: recording.json is all that stdout has, the program’s output goes to stderr', async (t) => {
    const { run, recording } = await recordProgram(t, ['--json', '--', 'node', '-e', 'console.log("mine")']);
    assert.deepEqual(JSON.parse(run.stdout), recording);
    assert.match(run.stderr, /^mine$/m);
  });
});

describe('record: a program that outlives its recording, or its folder', { concurrency: 2 }, () => {
  test('a process that the command leaves behind: it is recorded, and goes on without the recorder', async (t) => {
    const script = `
      const agent = () => globalThis[Symbol.for('threadmill.recorder.agent')];
      const end = Date.now() + 60_000;
      const timer = setInterval(() => {
        if (agent() !== undefined && Date.now() < end) return;
        console.log(agent() === undefined);
        clearInterval(timer);
      }, 20);`;
    const argv = [
      '--',
      'sh',
      '-c',
      'node left.js & while ! grep -qs thread profiles/*/raw/*.meta; do sleep 0.1; done',
    ];
    const { run, code, recording } = await recordProgram(t, argv, { files: { 'left.js': script } });
    assert.equal(code, 0, run.stderr);
    assert.equal(run.stdout, 'true\n');
    assert.deepEqual(
      recording.processes.map(({ name }) => name),
      ['left.js'],
    );
  });

  test('a program that removes the folder: it goes on, and one message says what became of the recording', async (t) => {
    const script = `require('node:fs').rmSync('profiles', { recursive: true }); setTimeout(() => console.log('end'), 100);`;
    const run = await CliRun.start(t, ['record', '--', 'node', 'app.js'], { files: { 'app.js': script } });
    assert.equal(await run.ended, 1);
    assert.equal(run.stdout, 'end\n');
    assertNames(run.stderr, 'profiles', 'removed');
    assert.doesNotMatch(run.stderr, /^ {4}at /m);
  });
});

describe('record: the recorder of a process', () => {
  test('started again right after a stop, 20 times: one thread makes all the recordings, and none goes on sampling', async (t) => {
    const dir = await temporaryFolder(t);
    const preload = fileURLToPath(new URL('../../dist/src/engine/recorder/preload.cjs', import.meta.url));
    const argv = [join(PROGRAMS, 'soak.cjs'), preload, join(dir, 'raw'), '20'];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    const { cycles, controllers, samples, sampling } = JSON.parse(stdout) as Record<string, number>;
    assert.deepEqual([cycles, controllers, samples, sampling], [20, 1, 20, 0]);
  });
});

describe('record: bad input', { concurrency: 2 }, () => {
  for (const [what, argv, code, fact] of [
    ['no command', ['record'], 1, 'no command'],
    ['a command that is not there', ['record', '--', 'no-such-command'], 127, 'does not exist'],
    ['an empty command', ['record', '--', ''], 127, 'does not exist'],
    ['a program that is not Node', ['record', '--', 'true'], 0, 'nothing was recorded'],
  ] as const) {
    test(`${what}: one message, exit code ${code}, and no folder`, async (t) => {
      const run = await CliRun.start(t, argv);
      assert.equal(await run.ended, code);
      assertNames(run.stderr, fact);
      assert.deepEqual(await run.runs(), []);
    });
  }
});
