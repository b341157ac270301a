import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { breakdownOfThread } from '../../src/analysis/breakdown/breakdown.ts';
import { threadFigures } from '../../src/analysis/breakdown/thread-figures.ts';
import { OUTCOMES } from '../../src/core/outcomes.ts';
import { clientOf, VARIANT_NAMES, type VariantName } from '../../src/core/variants.ts';
import type { TraceColumn } from '../../src/engine/measurement/trace-table.ts';
import { attemptsByJob } from '../../src/profile/timeline/attempts.ts';
import { phaseSpans } from '../../src/profile/timeline/phase-spans.ts';
import { HostileServer } from '../support/hostile-server.ts';
import { outcomesOf, RunnerBench } from '../support/runner-bench.ts';
import { shared } from '../support/shared.ts';
import {
  CALM,
  expectedOf,
  forEachVariant,
  hasWorkers,
  JOBS,
  runsJobsInWorkers,
  SHAPES,
  WORKERS,
} from '../support/variant-suite.ts';

const MS = 1e6;
/** Timers of Node may fire a little early by another process's clock. */
const EARLY_MS = 1.5;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const all = Array.from({ length: JOBS }, (_, position) => position);
const jobOf = (path: string) => Number(path.split('/').at(-1));

/** Its paths, which come back as bodies, tell whether anything listens to undici, and whether sockets connect as Node made them. */
const TELLS = `
  import { channel } from 'node:diagnostics_channel';
  import { Socket } from 'node:net';
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  const connect = Socket.prototype.connect;
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    requests: [{ name: 'tells', path: ({ position }) => '/' + tells() + '/' + position, repeat: ${JOBS} }],
    process: (response) => response.status,
  });
  const tells = () => [
      ['create', 'bodySent', 'headers', 'trailers', 'error'].some((name) => channel('undici:request:' + name).hasSubscribers),
      channel('undici:client:sendHeaders').hasSubscribers,
      Socket.prototype.connect !== connect,
    ];`;

/** Each job computes until its thread has been on a CPU for 5 ms more, however long that takes; without garbage. */
const COMPUTES = `
  import { openSync, readlinkSync, readSync } from 'node:fs';
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  const file = openSync('/proc/' + readlinkSync('/proc/thread-self') + '/schedstat', 'r');
  const text = Buffer.alloc(64);
  const cpuNs = () => {
    process.cpuUsage();
    readSync(file, text, 0, 64, 0);
    let value = 0;
    for (let i = 0; text[i] !== 32; i++) value = value * 10 + text[i] - 48;
    return value;
  };
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    requests: [{ name: 'computes', path: ({ position }) => '/job/' + position, repeat: ${JOBS} }],
    process: () => {
      const until = cpuNs() + 5e6;
      let steps = 0;
      while (cpuNs() < until) for (let i = 0; i < 20_000; i++) steps += i % 3;
      return steps > 0;
    },
    digest: (_, result) => result,
  });`;

/** Two requests for each job, one after another, by Node's own client. */
const FETCHES = `
  import { setTimeout as pause } from 'node:timers/promises';
  import { defineWorkload, type WorkloadSettings } from 'threadmill';
  export default ({ baseUrl }: WorkloadSettings) => defineWorkload({
    name: 'fetches',
    jobs: ${JOBS},
    run: async ({ position }) => {
      const first = await (await fetch(baseUrl + '/first/' + position)).text();
      await pause(1);
      return first + (await (await fetch(baseUrl + '/second/' + position)).text());
    },
    compute: (text) => text.length,
  });`;

async function benchOf(
  t: Parameters<typeof RunnerBench.start>[0],
  variant: VariantName,
  workload: string,
  { host = '127.0.0.1', keepAlive = true } = {},
) {
  const server = await HostileServer.start(t);
  const baseUrl = server.url.replace('127.0.0.1', host);
  const bench = await RunnerBench.start(t, { variant, workload, items: JOBS, baseUrl, keepAlive });
  return { server, bench };
}

// Other clients than undici's dispatch do not tell the phases of their requests.
const TELL_PHASES = VARIANT_NAMES.filter((name) => clientOf(name) === null);

forEachVariant('a traced trial', TELL_PHASES, (variant) => {
  // As different as jobs can be: a mistake in whose request is whose shows.
  const holds = (position: number) => (position % 4) * 15;
  const made = shared(async (t) => {
    const { server, bench } = await benchOf(t, variant, TELLS);
    await bench.trial();
    const before = [...bench.rows().digest];
    server.onRequest = (path, answer) => void pause(holds(jobOf(path))).then(answer);
    const traced = await bench.traced();
    server.forget();
    await bench.trial();
    return { before, traced, after: [...bench.rows().digest] };
  });

  test('says of each job what happened to it when, and of each thread what it did', () => {
    const { trial, trace, rows } = made().traced;
    assert.deepEqual(trial.outcomes, outcomesOf({ ok: JOBS }));

    const { jobs } = rows;
    const { columns } = rows.trace;
    for (const position of all) {
      const at = (column: TraceColumn) => columns[column][position]!;
      const handed = runsJobsInWorkers(variant) && variant !== 'worker-pool-batched';
      const moments = [
        trace.startNs,
        ...(handed ? [at('queuedAt')] : []),
        jobs.start[position]!,
        at('createdAt'),
        at('sentAt'),
        at('headersAt'),
        at('bodyEndAt'),
        jobs.end[position]!,
        ...(handed ? [at('returnedAt')] : []),
        trace.endNs,
      ];
      assert.deepEqual(
        moments,
        [...moments].sort((a, b) => a - b),
        `${position}`,
      );
      assert.deepEqual([at('queuedAt') > 0, at('returnedAt') > 0], [handed, handed]);
      // The connections were there.
      assert.deepEqual([at('connectAt'), at('dns'), at('tcp'), at('tls')], [0, 0, 0, 0]);
      assert.equal(at('requests'), 1);
      // The server may have the request before this thread, taken off its CPU perhaps, notes that it is sent.
      const heldMs = (at('send') + at('wait')) / MS;
      assert.ok(heldMs >= holds(position) - EARLY_MS, `${position}: ${heldMs} ms`);
      const phases = at('clientQueue') + at('send') + at('wait') + at('download');
      assert.ok(Math.abs(phases - (at('bodyEndAt') - at('createdAt'))) < 1e3, `${position}: ${phases} ns`);
    }

    const expected = !hasWorkers(variant)
      ? ['timed']
      : runsJobsInWorkers(variant)
        ? ['hands-out', 'timed', 'timed']
        : ['timed', 'computes', 'computes'];
    assert.deepEqual(
      trace.threads.map(({ work }) => work),
      expected,
    );
    for (const { thread, idle } of trace.threads) {
      const mine = all.filter((position) => jobs.thread[position] === thread);
      if (idle === null || mine.length === 0) continue;
      const of = (times: Float64Array) => mine.map((position) => times[position]!);
      // Noted between what a job's row says, however long the thread was off its CPU there.
      assert.ok(idle.firstNs >= Math.min(...of(jobs.start)));
      assert.ok(idle.firstNs <= Math.min(...of(columns.createdAt)));
      assert.ok(idle.lastNs >= Math.max(...of(columns.bodyEndAt)));
      assert.ok(idle.lastNs <= Math.max(...of(jobs.end)));
    }
  });

  test('leaves nothing behind: the trials before and after it run without listeners', () => {
    const { before, traced, after } = made();
    assert.deepEqual(after, before);
    for (const position of all) assert.notEqual(traced.rows.jobs.digest[position], before[position]);
  });
});

forEachVariant('a traced trial', SHAPES, (variant) => {
  test('without keep-alive each job opens its connection: dns for a name, tcp, no tls', async (t) => {
    const { bench, server } = await benchOf(t, variant, CALM, { keepAlive: false, host: 'localhost' });
    const { trial, rows } = await bench.traced();
    assert.deepEqual([trial.outcomes, trial.connectionsOpened], [outcomesOf({ ok: JOBS }), JOBS]);
    assert.equal(server.connections, JOBS);
    assert.ok(server.mostInFlight <= expectedOf(variant).concurrency);
    const { columns } = rows.trace;
    for (const position of all) {
      assert.ok(columns.dns[position]! > 0 && columns.tcp[position]! > 0 && columns.tls[position] === 0);
      const connectAt = columns.connectAt[position]!;
      assert.ok(connectAt > rows.jobs.start[position]! && connectAt < columns.sentAt[position]!);
    }
  });

  test('any work: requests by fetch belong to the job in whose name they are made', async (t) => {
    const { server, bench } = await benchOf(t, variant, FETCHES);
    await bench.trial();
    const holds = (position: number) => (position % 3) * 20;
    server.onRequest = (path, answer) => void pause(holds(jobOf(path))).then(answer);
    const { rows, trace } = await bench.traced();
    const { columns } = rows.trace;
    for (const position of all) {
      assert.equal(columns.requests[position], 2);
      const heldMs = (columns.send[position]! + columns.wait[position]!) / MS;
      assert.ok(heldMs >= 2 * (holds(position) - EARLY_MS), `${position}: ${heldMs} ms`);
      assert.ok(columns.sentAt[position]! < columns.headersAt[position]!);
      assert.equal(columns.process[position], columns.computed[position]);
    }
    assert.ok(trace.threads.every(({ work }) => work !== 'timed'));
  });

  test('CPU of the user’s own functions is found to within a few percent', {
    skip: process.platform !== 'linux',
  }, async (t) => {
    const { bench } = await benchOf(t, variant, COMPUTES);
    await bench.trial();
    const { trial, rows, trace } = await bench.traced();
    const figures = threadFigures({
      trace,
      spans: trial.threads,
      jobs: rows.jobs,
      table: rows.trace,
      paced: false,
    });
    const breakdowns = figures.map(({ figures: each }) => breakdownOfThread(each));
    const userMs = breakdowns.reduce((sum, breakdown) => sum + breakdown['user-cpu'], 0);
    const gcMs = breakdowns.reduce((sum, breakdown) => sum + breakdown.gc, 0);
    // A job's last step goes a little beyond its 5 ms, the more the slower the CPU; a collection is no less its CPU.
    const knownMs = 5 * JOBS;
    const found = `${userMs} and ${gcMs} of ${knownMs} ms`;
    assert.ok(userMs + gcMs > 0.95 * knownMs && userMs < 1.25 * knownMs, found);
    for (const position of all) assert.ok(rows.trace.columns.process[position]! >= 5 * MS);
    assert.equal(figures.length, hasWorkers(variant) ? WORKERS + 1 : 1);
  });
});

const REPEATS = `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    requests: [{ name: 'again', path: ({ position }) => '/job/' + position, repeat: ${JOBS} }],
    retry: { attempts: 3, backoff: 5 },
  });`;

for (const variant of ['event-loop', 'process-pool'] as const) {
  test(`${variant}: a traced trial has each request of the jobs that sent several, within their jobs`, async (t) => {
    const asked = new Set<string>();
    // Every other job fails at first.
    const server = createServer(({ url = '' }, response) => {
      const fails = jobOf(url) % 2 === 0 && !asked.has(url);
      asked.add(url);
      response.writeHead(fails ? 503 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const bench = await RunnerBench.start(t, { variant, workload: REPEATS, items: JOBS, baseUrl });
    await bench.trial();
    asked.clear();
    const { trial, trace, rows } = await bench.traced();
    assert.deepEqual(trial.outcomes, outcomesOf({ ok: JOBS }));
    const attempts = attemptsByJob({
      jobs: rows.jobs,
      attempts: trace.threads.flatMap((thread) => thread.attempts ?? []),
    });
    for (const position of all) {
      const own = attempts.get(position) ?? [];
      const ended = own.map(({ outcome, status }) => [OUTCOMES[outcome], status]);
      assert.deepEqual(
        ended,
        position % 2 === 0
          ? [
              ['http-error', 503],
              ['ok', 200],
            ]
          : [],
        `${position}`,
      );
      const spans = phaseSpans(rows.jobs, rows.trace, position, own.length > 0).map(({ name }) => name);
      assert.equal(spans.includes('wait'), own.length === 0);
      if (own.length === 0) continue;
      // Back-off is 5 ms, or as little as half of it by jitter.
      assert.ok(own[1]!.startNs - own[0]!.endNs >= 2.5 * MS - EARLY_MS * MS);
    }
  });
}

test('without keep-alive, a server that is named by its address: no dns', async (t) => {
  const { bench } = await benchOf(t, 'event-loop', CALM, { keepAlive: false });
  const { columns } = (await bench.traced()).rows.trace;
  for (const position of all) assert.ok(columns.dns[position] === 0 && columns.tcp[position]! > 0);
});
