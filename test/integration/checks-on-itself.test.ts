import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { type TestContext, test } from 'node:test';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { calibrateIterationsPerMs } from '../../src/workload/calibrate.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, completed } from '../support/cli.ts';

/** A run with only the event loop, and without the traced pass, which nothing here is about. */
const bench = (t: TestContext, options: string) =>
  completed(t, `bench --variants event-loop --no-trace --quiet --details ${options}`);

const codesOf = ({ warnings }: RunRecord) => warnings.map(({ code }) => code);
const onLinux = process.platform === 'linux';

/** Starts so many processes for each CPU, each of which does nothing but spin. Returns what ends them. */
async function burnEveryCpu(t: TestContext, each = 1): Promise<() => void> {
  const spin =
    'process.send("spinning"); const spin = () => { for (let i = 0; i < 1e8; i++); setImmediate(spin); }; spin();';
  const children = Array.from({ length: each * cpus().length }, () =>
    spawn(process.execPath, ['-e', spin], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  const end = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  t.after(end);
  await Promise.all(children.map((child) => once(child, 'message')));
  return end;
}

test('others use the CPUs: the run is noisy, claims no crossover, and waiting for a CPU is no wait of a job', {
  skip: !onLinux,
}, async (t) => {
  const load = '--variants sequential,event-loop --jobs 8 --concurrency 4 --latency 30 --rounds 4';
  const run = await CliRun.start(t, `bench --details ${load}`);
  // The CPUs are taken while jobs run, and left to Threadmill while it starts and writes its report.
  await run.said('warm up');
  const end = await burnEveryCpu(t);
  await run.said('write the report');
  end();
  assert.equal(await run.ended, 0, run.stderr);
  const record = await run.record();
  assert.ok(codesOf(record).includes('machine-noisy'), codesOf(record).join());
  const { crossover, variants } = record;
  const [sequential] = variants;
  const { machine } = sequential!.trials[0]!;
  assert.ok(machine !== null && machine.othersMs !== null && machine.othersMs > 0);
  assert.ok(machine.othersMs <= machine.busyMs);
  assertNames(run.summary, /other programs .*\d+%.*machine-noisy/);
  assert.equal(crossover?.withheld, 'cpu-taken');
  assert.equal(record.verdict?.crossover?.atMs ?? null, null);
  const longest = Math.max(
    ...sequential!.trials.map(({ wallMs, threads }) => wallMs! - threads[0]!.cpu!.waitMs),
  );
  const { waitingMs } = sequential!.trace!.bottleneck!;
  assert.ok(waitingMs < longest + 1, `${waitingMs} ms of waiting, ${longest} ms without waiting for a CPU`);
});

test('--cpu is the same work on a crowded machine: it is calibrated in CPU time', async (t) => {
  const end = await burnEveryCpu(t, 3);
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const perMs = calibrateIterationsPerMs();
  const [tookMs, cpu] = [performance.now() - startedAt, process.cpuUsage(cpuBefore)];
  end();
  const cpuMs = (cpu.user + cpu.system) / 1_000;
  assert.ok(cpuMs < 0.8 * tookMs, `it was crowded: ${cpuMs} of ${tookMs} ms on a CPU`);
  // Ten samples of five million iterations, and two million before them: the fastest is no slower than all together,
  // whatever else slows the machine down.
  const expected = 52e6 / cpuMs;
  assert.ok(perMs > 0.9 * expected, `${perMs} a ms of CPU, and ${expected} are known`);
});

test('a thread that computes all the time: the client is saturated, and its CPU is its own program’s', async (t) => {
  const { record } = await bench(t, '--jobs 12 --concurrency 4 --latency 1 --cpu 20 --rounds 2');
  assert.ok(codesOf(record).includes('client-saturated'), codesOf(record).join());
  assert.ok(!codesOf(record).includes('server-saturated'));
  const [trial] = record.variants[0]!.trials;
  assert.equal(trial?.inFlight?.asked, 4);
  // One thread takes its next job in the same turn in which the last one ended.
  assert.ok(Math.abs(trial.inFlight.mean - 4) < 0.2, `${trial.inFlight.mean}`);
  const cpu = trial.threads[0]?.cpu;
  if (!onLinux) return;
  assert.ok(cpu && cpu.userMs !== null && cpu.systemMs !== null, 'twelve times 20 ms are enough ticks');
  assert.ok(cpu.userMs > cpu.systemMs);
  assert.ok(Math.abs(cpu.userMs + cpu.systemMs - cpu.cpuMs) < 1e-6);
});

test('connections in trials; what the embedded server could answer is known, and not asked in a trial', async (t) => {
  const { record } = await bench(t, '--jobs 8 --concurrency 4 --latency 5 --rounds 6 --no-keep-alive');
  assert.ok(codesOf(record).includes('connections-in-trial'), codesOf(record).join());
  const { ceiling, drift } = record.server;
  assert.ok(ceiling !== null && ceiling.requestsPerSecond > 0);
  assert.equal(drift, null);
  for (const { server } of record.variants[0]!.trials) assert.equal(server?.requests, 8);
});

test('a server that is not ours, and gets slower with each request, drifts', async (t) => {
  // From round to round by more than a crowded machine adds to one.
  let delayMs = 10;
  const server = createServer((_, response) => {
    delayMs += 20;
    setTimeout(() => response.end('{"items": []}'), delayMs);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { record } = await bench(t, `--url http://127.0.0.1:${port} --jobs 4 --concurrency 2 --rounds 8`);
  assert.ok(codesOf(record).includes('server-drifting'), codesOf(record).join());
  assert.ok(codesOf(record).includes('trials-drifting'));
  const { kind, ceiling, drift } = record.server;
  assert.deepEqual([kind, ceiling], ['external', null]);
  assert.ok(drift !== null && drift.percent > 100 && drift.pValue < 0.01, JSON.stringify(drift));
});

test('what jobs leave behind in the heap is a leak, with its size per trial', async (t) => {
  const leak = `import { defineWorkload } from 'threadmill';
const kept = [];
export default defineWorkload({ name: 'leak', jobs: 4, run: () => { kept.push(Buffer.alloc(1e6, 1)); return kept.length > 0; } });
`;
  const run = await CliRun.start(t, 'bench --workload leak.mjs --rounds 8 --no-trace --quiet', {
    files: { 'leak.mjs': leak },
  });
  assert.equal(await run.ended, 0, run.stderr);
  const { warnings } = await run.record();
  const found = warnings.find(({ code }) => code === 'heap-growing');
  // Four jobs of 1 MB in each trial; at least so much, as the garbage before the first trial counts as held.
  for (const variant of ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched']) {
    const size = new RegExp(
      `([\\d.]+) MB per trial, \\S+ [kM]B per job, from \\S+ MB to \\S+ MB \\(${variant}\\)`,
    );
    const megabytes = Number(size.exec(found?.message ?? '')?.[1]);
    assert.ok(megabytes > 2.5 && megabytes < 4.5, found?.message);
  }
});

test('a workload that starts worker threads itself: no capture says that it saw all threads', async (t) => {
  const text = `
    import { Worker } from 'node:worker_threads';
    import { defineWorkload } from 'threadmill';
    const own: Worker[] = [];
    export default defineWorkload({
      name: 'own',
      jobs: 4,
      setup: () => { own.push(new Worker('setInterval(() => {}, 1000)', { eval: true })); },
      run: () => new Promise((resolve) => setTimeout(resolve, 5)),
      teardown: () => Promise.all(own.map((worker) => worker.terminate())).then(() => {}),
    });`;
  const line =
    'profile --details --workload w.ts --captures 0x-threads --rounds 1 --warmup 0 --no-trace --variants event-loop,worker-pool --workers 2';
  const run = await CliRun.start(t, line, { files: { 'w.ts': text } });
  assert.equal(await run.ended, 0, run.stderr);
  const { artifacts, warnings } = await run.record();
  assert.deepEqual(
    [...new Set(artifacts.map((each) => 'threads' in each && `${each.capture} ${each.threads}`))],
    ['threads some', '0x-threads some'],
  );
  const unseen = warnings.find(({ code }) => code === 'threads-unseen');
  assertNames(unseen!.message, '1 (event-loop), 2 (worker-pool)');
  assert.match(run.summary, /threads +not all threads/);
  await run.leavesNothing();
});
