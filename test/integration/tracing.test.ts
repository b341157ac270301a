import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { BREAKDOWN_PARTS, PHASES, type VariantRecord } from '../../src/core/documents/run-record.ts';
import { usesWorkers, usualVariants } from '../../src/core/variants.ts';
import { TRACE_COLUMNS } from '../../src/engine/measurement/trace-table.ts';
import { readTracedRows, tracedFile } from '../../src/store/traced-rows.ts';
import { assertNames } from '../support/assert-names.ts';
import { type CliOptions, CliRun, completed } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUICK = '--rounds 1 --warmup 0 --json';

const bench = (t: TestContext, line: string, options: CliOptions = {}) =>
  completed(t, `bench ${QUICK} ${line}`, options);

async function listening(t: TestContext, server: Server | NetServer): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const phaseOf = ({ trace }: VariantRecord, phase: string) =>
  trace!.phases.find((each) => each.phase === phase)!;

/** Jobs of eight requests to a server of the test's own. */
const EIGHT = `
  import { httpWorkload } from 'threadmill';
  export default ({ baseUrl }) => httpWorkload({ baseUrl, requests: [{ name: 'x', path: '/x', repeat: 8 }] });`;

describe('the traced pass', () => {
  test('every variant: what it cost, phases, a breakdown that adds up, the limit; rows of one trial', async (t) => {
    const line = '--jobs 12 --concurrency 4 --workers 2 --latency 20 --jitter 0 --cpu 2';
    const { run, record } = await bench(t, line);
    const folder = await run.folder();
    assert.deepEqual(
      record.variants.map(({ name }) => name),
      usualVariants(true),
    );
    for (const variant of record.variants) {
      const { trace, name, threads, summary } = variant;
      assert.ok(trace !== null, name);
      assert.ok(trace.pairs >= 1 && trace.pairs <= 5);
      const { overhead } = trace;
      assert.ok(overhead.low > 0 && overhead.low <= overhead.estimate && overhead.estimate <= overhead.high);

      assert.deepEqual(
        trace.phases.map(({ phase }) => phase),
        [...PHASES],
      );
      const had = ['queue', 'send', 'wait', 'download', 'process'].map(
        (phase) => phaseOf(variant, phase).jobs,
      );
      assert.deepEqual(had, [12, 12, 12, 12, 12], name);
      assert.equal(phaseOf(variant, 'tcp').jobs, 0);

      const pool = name.startsWith('worker-pool');
      const numbers = trace.threads.map(({ thread }) => thread);
      assert.deepEqual(numbers, usesWorkers(name) ? [0, 1, 2] : [0]);
      for (const { breakdown, heapPeakBytes } of trace.threads) {
        assert.ok(heapPeakBytes > 1e6, `${heapPeakBytes} bytes`);
        const sum = BREAKDOWN_PARTS.reduce((total, part) => total + breakdown[part], 0);
        assert.ok(Math.abs(sum - trace.wallMs) < 1e-6, `${name}: ${sum} of ${trace.wallMs} ms`);
      }
      const main = trace.threads[0]!.breakdown;
      if (pool) assert.deepEqual([main.waiting, main['user-cpu'], main['client-cpu']], [0, 0, 0]);
      else if (!usesWorkers(name)) assert.equal(main.messaging, 0, name);

      const { bottleneck } = trace;
      assert.ok(bottleneck !== null && summary !== null);
      assert.equal(bottleneck.reference, 'sequential');
      assert.equal(bottleneck.efficiency, bottleneck.idealMs / summary.wallMs.estimate);
      assert.equal(
        bottleneck.idealMs,
        Math.max(bottleneck.waitingMs, bottleneck.cpuMs, bottleneck.serverMs ?? 0),
      );
      // Every job waits for its 20 ms, in as many chains as there are jobs in flight. Waiting for a CPU may hide some.
      const hidden = record.variants[0]!.trials[0]!.threads[0]!.cpu?.waitMs ?? 0;
      assert.ok(
        bottleneck.waitingMs >= (12 * 19 - hidden) / variant.concurrency,
        `${name}: ${bottleneck.waitingMs} ms`,
      );
      assert.ok(threads === (usesWorkers(name) ? 2 : 1));

      const file = folder.path(tracedFile(name, 'bin'));
      const rows = readTracedRows({ file, trial: 0 }, 12);
      assert.ok(rows !== null && readTracedRows({ file, trial: 1 }, 12) === null);
      const { send, wait } = rows.trace.columns;
      // The server may have a request before it is noted that it is sent, if the thread is just taken off its CPU.
      assert.ok(wait.every((ns, position) => ns > 0 && ns + send[position]! > 18e6));
      const described = JSON.parse(await readFile(folder.path(tracedFile(name, 'json')), 'utf8'));
      assert.deepEqual(
        described.columns.slice(0, TRACE_COLUMNS.length).map((column: { name: string }) => column.name),
        TRACE_COLUMNS.map((column) => column.name),
      );
      const wallMs = (described.endNs - described.startNs) / 1e6;
      assert.ok(Math.abs(wallMs - trace.wallMs) < 1e-6, 'the rows are those of the trial that is shown');
    }
    assert.deepEqual(
      (await readdir(folder.path('jobs'))).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('https without keep-alive: opening connections is a phase of the jobs, TLS apart from TCP', async (t) => {
    const folder = await temporaryFolder(t);
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const argv = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...name];
    if (spawnSync('openssl', argv).status !== 0) {
      t.skip('needs openssl for a certificate');
      return;
    }
    const answer: RequestListener = (_, response) => response.end('secret');
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, answer);
    // However long TCP has to wait on a crowded machine: the handshake begins a while after it.
    const slow = createNetServer((socket) => setTimeout(() => server.emit('connection', socket), 100));
    const port = await listening(t, slow);
    const line = `--workload w.mjs --url https://localhost:${port} --no-keep-alive --variants sequential`;
    const { record } = await bench(t, line, {
      files: { 'w.mjs': EIGHT },
      env: { NODE_EXTRA_CA_CERTS: cert },
    });
    const [variant] = record.variants;
    const jobs = ['dns', 'tcp', 'tls'].map((phase) => phaseOf(variant!, phase).jobs);
    assert.deepEqual(jobs, [8, 8, 8]);
    const [tcp, tls] = ['tcp', 'tls'].map((phase) => phaseOf(variant!, phase).p50!);
    assert.ok(tls! > 95 && tls! > tcp!, `${tls} ms of TLS, ${tcp} ms of TCP`);
  });

  test('jobs that fail in traced trials alone: no figures of them, and the run is as good as before', async (t) => {
    let requests = 0;
    const answer: RequestListener = (_, response) => {
      // Eight open the connections before the first trial.
      response.statusCode = ++requests <= 8 + 8 ? 200 : 500;
      response.end('x');
    };
    const port = await listening(t, createServer(answer));
    const line = `--workload w.mjs --url http://127.0.0.1:${port} --variants event-loop`;
    const { run, record } = await bench(t, line, { files: { 'w.mjs': EIGHT } });
    const [variant] = record.variants;
    assert.deepEqual([record.exitCode, variant?.trace, variant?.summary?.trials], [0, null, 1]);
    const warning = record.warnings.find(({ code }) => code === 'not-traced');
    assert.equal(warning?.variant, 'event-loop');
    assertNames(warning.message, '8 jobs');
    assert.ok((await readdir((await run.folder()).path('jobs'))).every((name) => !name.includes('trace')));
  });

  test('a runner that dies in it: likewise, and its timings are kept', async (t) => {
    const dies = `
      import { defineWorkload } from 'threadmill';
      let runs = 0;
      export default defineWorkload({
        name: 'dies',
        jobs: 4,
        run: () => (++runs > 4 ? process.exit(3) : runs),
        digest: () => 1,
      });`;
    const line = '--workload w.mjs --variants sequential';
    const { record } = await bench(t, line, { files: { 'w.mjs': dies } });
    const [variant] = record.variants;
    assert.deepEqual([variant?.state, variant?.trace, variant?.summary?.trials], ['ready', null, 1]);
    assertNames(record.warnings.find(({ code }) => code === 'not-traced')!.message, 'code 3');
  });

  test('stopped in it: what was timed is kept and summed up, and nothing is left of the pass', async (t) => {
    const slow = `
      import { defineWorkload } from 'threadmill';
      let runs = 0;
      export default defineWorkload({
        name: 'slow',
        jobs: 4,
        run: () => new Promise((resolve) => setTimeout(() => resolve('done'), ++runs <= 4 ? 1 : 20_000)),
      });`;
    const line = 'bench --rounds 1 --warmup 0 --workload w.mjs --variants event-loop';
    const run = await CliRun.start(t, line, { files: { 'w.mjs': slow } });
    await run.said('traced pass');
    run.pressCtrlC();
    assert.equal(await run.ended, 130, run.stderr);
    const record = await run.record();
    const [variant] = record.variants;
    assert.deepEqual([record.status, variant?.trace, variant?.summary?.trials], ['aborted', null, 1]);
    const jobs = await readdir((await run.folder()).path('jobs'));
    assert.deepEqual(jobs.sort(), ['event-loop.bin', 'event-loop.json']);
    await run.leavesNothing();
  });
});
