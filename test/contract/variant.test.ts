import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { VARIANT_NAMES, type VariantName } from '../../src/core/variants.ts';
import { HostileServer } from '../support/hostile-server.ts';
import { outcomesOf, RunnerBench, specFolder } from '../support/runner-bench.ts';
import { shared } from '../support/shared.ts';
import {
  CALM,
  CONCURRENCY,
  expectedOf,
  forEachVariant,
  hasWorkers,
  JOBS,
  runsJobsInWorkers,
  WORKERS,
} from '../support/variant-suite.ts';

/** What every variant must do, in a real runner process. Add a variant, and it is tested here. */
function calm(variant: VariantName): void {
  const expected = expectedOf(variant);
  const made = shared(async (t) => {
    const server = await HostileServer.start(t);
    const bench = await RunnerBench.start(t, { variant, workload: CALM, items: JOBS, baseUrl: server.url });
    return { server, bench };
  });

  test('runs every job once, reaches its concurrency, never exceeds it, and fills every row', async () => {
    const { server, bench } = made();
    const { threads, concurrency, startupMs, processStartMs } = bench.ready;
    assert.deepEqual({ threads, concurrency }, expected);
    assert.ok(startupMs > 0 && processStartMs > 0);

    // The first trial also opens the connections; from the second on the plan is all there is.
    assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS }));
    assert.ok(server.connections <= expected.concurrency, `${server.connections} connections`);
    server.forget();
    // Nobody is answered until as many ask as should: the trial would time out if they never did.
    const held: (() => void)[] = [];
    server.onRequest = (_, answer) => {
      if (server.mostInFlight >= expected.concurrency) {
        for (const each of [answer, ...held.splice(0)]) each();
      } else held.push(answer);
    };
    const trial = await bench.trial();
    assert.deepEqual(trial.outcomes, outcomesOf({ ok: JOBS }));
    assert.equal(server.mostInFlight, expected.concurrency);
    assert.deepEqual(
      [...server.requests].sort(),
      Array.from({ length: JOBS }, (_, position) => [`/job/${position}`, 1]).sort(),
    );
    assert.deepEqual(
      [server.connections, trial.connectionsOpened, trial.errors, trial.lost],
      [0, 0, [], null],
    );
    assert.ok(trial.wallMs !== null && trial.wallMs > 0 && (trial.cpuUserMs ?? -1) >= 0);
    assert.ok((trial.peakRssBytes ?? 0) > 1e7 && trial.latencyMs.max !== null);

    const rows = bench.rows();
    let bytes = 0;
    for (let position = 0; position < JOBS; position++) {
      const path = `/job/${position}`;
      bytes += path.length;
      assert.ok(rows.start[position]! > 0 && rows.end[position]! > rows.start[position]!);
      // The body is the path: so the digests are equal in all variants as well.
      assert.deepEqual(
        [rows.digest[position], rows.status[position], rows.bytes[position]],
        [crc32(path), 200, path.length],
      );
    }
    assert.equal(trial.bytes, bytes);
    const used = [...new Set(rows.thread)].sort();
    assert.deepEqual(used, runsJobsInWorkers(variant) ? [1, 2] : [0]);
  });

  test('connections that the server has closed meanwhile are opened again before a trial', async () => {
    const { server, bench } = made();
    await server.closeConnections();
    const trial = await bench.trial();
    assert.deepEqual([trial.outcomes, trial.connectionsOpened], [outcomesOf({ ok: JOBS }), 0]);
  });

  test('a trial begins when it may: connections are open by then, and nothing but the plan is sent after', async () => {
    const { server, bench } = made();
    await server.closeConnections();
    server.forget();
    const place = { round: 1, order: 0, rowsTrial: 0, traced: false };
    let connections = 0;
    const result = await bench.runner.runTrial(place, async () => {
      connections = server.connections;
      server.forget();
    });
    assert.equal(connections, expected.concurrency);
    assert.ok(result.type === 'done');
    assert.deepEqual(result.trial.outcomes, outcomesOf({ ok: JOBS }));
    const sent = [...server.requests.values()].reduce((sum, count) => sum + count, 0);
    assert.deepEqual([sent, server.connections], [JOBS, 0]);
  });

  test('a server that stands still is the longest gap of the trial', async () => {
    const { server, bench } = made();
    server.forget();
    const held: (() => void)[] = [];
    let seen = 0;
    let frozen = true;
    server.onRequest = (_, answer) => {
      if (++seen <= JOBS / 2 || !frozen) return answer();
      // With every slot waiting, none ends before the timer.
      if (held.push(answer) < expected.concurrency) return;
      setTimeout(() => {
        frozen = false;
        for (const each of held) each();
      }, 300);
    };
    const { longestGapMs, wallMs } = await bench.trial();
    assert.ok(longestGapMs! >= 299 && longestGapMs! <= wallMs!, `${longestGapMs} of ${wallMs}`);
  });

  test('idle connections are closed on demand, and opened again before the next trial', async () => {
    const { server, bench } = made();
    server.forget();
    await bench.trial();
    assert.equal(server.open, expected.concurrency);
    await bench.runner.disconnect();
    await server.allClosed();
    const trial = await bench.trial();
    assert.deepEqual([trial.outcomes, trial.connectionsOpened], [outcomesOf({ ok: JOBS }), 0]);
  });

  test('a stop ends the trial: what is in flight is aborted, the rest does not start', async () => {
    const { concurrency } = expected;
    const { server, bench } = made();
    server.forget();
    server.onRequest = () => {};
    const running = bench.trial();
    await server.reached(concurrency);
    bench.runner.stopTrial();
    const trial = await running;
    assert.deepEqual(trial.outcomes, outcomesOf({ aborted: concurrency, 'not-started': JOBS - concurrency }));
    assert.deepEqual([trial.wallMs, trial.lost], [null, 'the run was stopped']);
    assert.equal(server.requests.size, concurrency);
    await bench.runner.close();
    assert.ok(bench.runner.ended);
  });
}

function ends(variant: VariantName): void {
  test('profiles every thread, and closed it leaves nothing that keeps the process alive', async (t) => {
    const workload = `
      import { defineWorkload } from 'threadmill';
      export function burnSome(): number {
        let sum = 0;
        const end = performance.now() + 5;
        while (performance.now() < end) for (let i = 0; i < 10_000; i++) sum = Math.imul(sum ^ i, 31);
        return sum;
      }
      export default defineWorkload({ name: 'x', jobs: ${JOBS}, run: () => new Promise((done) => setTimeout(done, 5)), compute: () => { burnSome(); } });`;
    const folder = await specFolder(t, {
      variant,
      workload,
      items: JOBS,
      concurrency: CONCURRENCY,
      workers: WORKERS,
    });
    const script = fileURLToPath(new URL('../fixtures/variants/open-and-close.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, variant], {
      timeout: 300_000,
    });
    const { profiles, ...rest } = JSON.parse(stdout) as { profiles: { thread: number; names: string[] }[] };
    assert.deepEqual(rest, { ...expectedOf(variant), errors: 0, ok: JOBS });
    assert.deepEqual(
      profiles.map(({ thread }) => thread),
      hasWorkers(variant) ? [0, 1, 2] : [0],
    );
    for (const { thread, names } of profiles) {
      assert.equal(
        names.includes('burnSome'),
        !hasWorkers(variant) || thread > 0,
        `thread ${thread}: ${names}`,
      );
    }
  });
}

forEachVariant('every variant', VARIANT_NAMES, calm, ends);

test('a plan that never lets its event loop turn: its garbage collections and its stall are measured', async (t) => {
  const workload = `
    import { defineWorkload } from 'threadmill';
    const run = () => {
      const until = performance.now() + 20;
      let kept = [];
      while (performance.now() < until) kept = Array.from({ length: 10_000 }, (_, i) => ({ i, kept: kept[i]?.i }));
      return kept.length;
    };
    export default defineWorkload({ name: 'turnless', jobs: 10, run });`;
  const bench = await RunnerBench.start(t, { variant: 'event-loop', workload, items: 10 });
  const { outcomes, threads, wallMs } = await bench.trial();
  assert.deepEqual(outcomes, outcomesOf({ ok: 10 }));
  const [{ gc, eventLoop }] = threads as [(typeof threads)[0]];
  assert.ok(gc!.count > 0, JSON.stringify(gc));
  // The timer is due 10 ms into the trial.
  assert.ok(eventLoop.delayMs!.max > wallMs! - 30, `${eventLoop.delayMs?.max} of ${wallMs} ms`);
});
