import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Load } from '../../src/core/documents/spec.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { summariseOpenLoop } from '../../src/engine/measurement/open-loop.ts';
import { fillArrivals } from '../../src/workload/arrivals.ts';
import { HostileServer } from '../support/hostile-server.ts';
import { outcomesOf, RunnerBench, sumOf } from '../support/runner-bench.ts';
import { shared } from '../support/shared.ts';
import {
  CALM,
  CONCURRENCY,
  controlled,
  expectedOf,
  forEachVariant,
  handsOutAtOnce,
  hasWorkers,
  JOBS,
  orderOf,
  runsJobsInWorkers,
  SHAPES,
  WORKERS,
} from '../support/variant-suite.ts';

const uniform = (rate: number): Load => ({ kind: 'open', rate, arrivals: 'uniform' });
const limited = (rateLimit: number): Load => ({ kind: 'closed', rateLimit });

async function benchOf(
  t: Parameters<typeof HostileServer.start>[0],
  variant: VariantName,
  load: Load,
  settings: { readonly timeoutMs?: number; readonly concurrency?: number; readonly jobs?: number } = {},
) {
  const server = await HostileServer.start(t);
  const bench = await RunnerBench.start(t, {
    variant,
    workload: CALM,
    items: JOBS,
    baseUrl: server.url,
    load,
    ...settings,
  });
  return { server, bench };
}

function onSchedule(variant: VariantName): void {
  test('jobs start in the order of the round, none before it is due, and the rows tell the response times', async (t) => {
    const load: Load = { kind: 'open', rate: 400, arrivals: 'poisson' };
    const { bench } = await benchOf(t, variant, load);
    const schedules: number[][] = [];
    for (const round of [1, 2]) {
      const trial = await bench.trial();
      assert.deepEqual([trial.outcomes, trial.lost], [outcomesOf({ ok: JOBS }), null]);
      const [rows, due] = [bench.rows(), bench.due()!];
      const order = orderOf(round);
      const offsets = fillArrivals(new Float64Array(JOBS), load, 1, round);
      const t0 = due[order[0]!]! - offsets[0]!;
      for (const [turn, position] of order.entries()) {
        assert.ok(Math.abs(due[position]! - t0 - offsets[turn]!) < 1_000, 'due as the schedule says');
        assert.ok(rows.start[position]! >= due[position]!, `turn ${turn} is not early`);
        assert.ok(rows.end[position]! > rows.start[position]!);
      }
      schedules.push([...offsets]);
      // What the record says follows from what was saved.
      const { open, wallMs, latencyMs } = trial;
      assert.deepEqual(open, summariseOpenLoop({ table: rows, dueNs: due, rate: load.rate, complete: true }));
      assert.ok(open!.responseMs.max! >= latencyMs.max! && open!.responseMs.p50! >= latencyMs.p50!);
      assert.ok(open!.unsent === 0 && wallMs! >= offsets[JOBS - 1]! / 1e6, 'the wall holds the schedule');
    }
    assert.notDeepEqual(schedules[0], schedules[1]);
  });

  const { concurrency } = expectedOf(variant);
  const hurried = shared((t) => benchOf(t, variant, uniform(10_000)));

  test('a server that keeps everybody waiting does not hold up the schedule while slots are free', async () => {
    const { server, bench } = hurried();
    await bench.trial();
    server.forget();
    // The first to come are answered only when one more has asked than a closed loop would have let through.
    const most = Math.min(concurrency, CONCURRENCY);
    const held: (() => void)[] = [];
    server.onRequest = (_, answer) => {
      held.push(answer);
      if (held.length >= most) for (const each of held.splice(0)) each();
    };
    const trial = await bench.trial();
    assert.deepEqual(trial.outcomes, outcomesOf({ ok: JOBS }));
    assert.equal(server.mostInFlight, concurrency);
  });

  test('without a free slot a job is late: its response time counts from when it was due', async () => {
    const { server, bench } = hurried();
    server.forget();
    // Nobody is answered before all are due: 24 jobs at 10,000 a second, and 50 ms.
    let open = false;
    const held: (() => void)[] = [];
    server.onRequest = (_, answer) => {
      if (open) return answer();
      held.push(answer);
      if (held.length === concurrency)
        setTimeout(() => {
          open = true;
          for (const each of held) each();
        }, 50);
    };
    const trial = await bench.trial();
    assert.deepEqual(trial.outcomes, outcomesOf({ ok: JOBS }));
    const [rows, due] = [bench.rows(), bench.due()!];
    const late = [...rows.start].filter((start, position) => start - due[position]! >= 45e6).length;
    // Those that held all slots were not; everybody else was, though the server answered them at once.
    assert.ok(late >= JOBS - concurrency, `${late} late`);
    assert.ok(trial.open!.latenessMs.max! >= 45 && trial.open!.responseMs.p50! >= 45);
  });

  test('what could not be sent in time is given up, and counted', async (t) => {
    const { server, bench } = await benchOf(t, variant, uniform(1_000), { timeoutMs: 1_000 });
    await bench.trial();
    server.forget();
    server.onRequest = () => {};
    const trial = await bench.trial();
    const { outcomes, open, wallMs, lost } = trial;
    assert.equal(sumOf(outcomes), JOBS);
    assert.deepEqual(outcomes, outcomesOf({ timeout: JOBS - open!.unsent, 'not-started': open!.unsent }));
    // A slot is free again after 1,000 ms and a bit, before the last due time and 1,000 ms more are over, if barely.
    if (handsOutAtOnce(variant)) assert.equal(open!.unsent, 0);
    else assert.ok(open!.unsent >= JOBS - 2 * concurrency && open!.unsent < JOBS, `${open!.unsent} unsent`);
    assert.ok(wallMs !== null && lost === null, 'the trial came to its end');
    assert.deepEqual([open!.meanResponseMs, open!.responseMs.max], [null, null]);
    server.forget();
    const next = await bench.trial();
    assert.equal(sumOf(next.outcomes), JOBS);
    assert.ok(
      next.outcomes.ok > 0 && next.outcomes['not-started'] === next.open!.unsent,
      'and the next begins anew',
    );
  });

  test('a stop while the next job is not yet due ends the trial', async (t) => {
    const { server, bench } = await benchOf(t, variant, uniform(0.01));
    const running = bench.trial();
    // The rehearsal has asked for the first positions; the block itself begins with the first of its order.
    const first = orderOf(1)[0]!;
    const rehearsed = first < expectedOf(variant).concurrency ? 1 : 0;
    while ((server.requests.get(`/job/${first}`) ?? 0) <= rehearsed) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    bench.runner.stopTrial();
    const trial = await running;
    assert.deepEqual([trial.wallMs, trial.lost], [null, 'the run was stopped']);
    assert.equal(sumOf(trial.outcomes), JOBS);
    assert.ok(trial.outcomes['not-started'] >= JOBS - 1, JSON.stringify(trial.outcomes));
    assert.equal(trial.open?.unsent, 0, 'cut off is not the same as given up');
  });
}

function deaths(variant: VariantName): void {
  test('a job that ends its thread takes no turn of the schedule along but those in flight', {
    skip: !hasWorkers(variant),
  }, async (t) => {
    const doomed = orderOf(1)[8]!;
    const { bench } = await controlled(t, variant, { [doomed]: 'exit' }, { load: uniform(500) });
    const { outcomes, open } = await bench.trial();
    const crashed = outcomes['worker-crashed'];
    assert.ok(crashed >= 1 && crashed <= CONCURRENCY / WORKERS, JSON.stringify(outcomes));
    assert.deepEqual(outcomes, outcomesOf({ ok: JOBS - crashed, 'worker-crashed': crashed }));
    assert.equal(open?.unsent, 0);
  });
}

function withLimit(variant: VariantName): void {
  test('a rate limit spaces the starts, all threads together, and is no part of a latency', async (t) => {
    const perSecond = 100;
    const { server, bench } = await benchOf(t, variant, limited(perSecond));
    // For longer than several starts take: one thread alone could not have them all in flight.
    if (expectedOf(variant).concurrency > 1) server.onRequest = (_, answer) => void setTimeout(answer, 100);
    for (let trial = 0; trial < 2; trial++) {
      const { outcomes, latencyMs, open, wallMs } = await bench.trial();
      assert.deepEqual([outcomes, open], [outcomesOf({ ok: JOBS }), null]);
      // 23 gaps of 10 ms.
      assert.ok(wallMs! >= 229.9, `${wallMs}`);
      assert.ok(latencyMs.p50! < wallMs! / 2, 'waiting for a slot is not in it');
      // Counted from the trial's beginning: a start is noted a moment after its slot was taken.
      const { start, end } = bench.rows();
      const beganNs = Math.max(...end) - wallMs! * 1e6;
      for (const [i, startNs] of [...start].sort((a, b) => a - b).entries()) {
        const afterMs = (startNs - beganNs) / 1e6;
        assert.ok(afterMs >= i * 10 - 0.1, `start ${i} after ${afterMs} ms`);
      }
    }
    assert.ok(server.mostInFlight <= CONCURRENCY);
    assert.equal(new Set(bench.rows().thread).size, runsJobsInWorkers(variant) ? WORKERS : 1);
  });

  test('a stop while all slots wait for a slot ends the trial', async (t) => {
    const { bench } = await benchOf(t, variant, limited(0.5), { jobs: 3, concurrency: 2 });
    const running = bench.trial();
    bench.runner.stopTrial();
    const trial = await running;
    assert.deepEqual([trial.wallMs, trial.lost], [null, 'the run was stopped']);
    assert.equal(sumOf(trial.outcomes), 3);
  });
}

const RETRIES = `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    requests: [{ name: 'again', path: ({ position }) => '/job/' + position, repeat: ${JOBS} }],
    retry: { attempts: 3, backoff: 0 },
  });`;

for (const variant of ['event-loop', 'worker-pool'] as const) {
  test(`${variant}: requests that a server refused with 429 are sent again within the rate limit`, async (t) => {
    const asked = new Set<string>();
    const server = createServer(({ url = '' }, response) => {
      // Every other request of a job: a rehearsal, to open a connection, may have had both of its.
      const isFirst = !asked.delete(url);
      if (isFirst) asked.add(url);
      response.writeHead(isFirst ? 429 : 200, { 'retry-after': '0' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const bench = await RunnerBench.start(t, {
      ...{ variant, workload: RETRIES, items: JOBS, load: limited(100) },
      baseUrl: `http://127.0.0.1:${port}`,
    });
    const { outcomes, retries, wallMs } = await bench.trial();
    assert.deepEqual([outcomes, retries?.sent], [outcomesOf({ ok: JOBS }), JOBS]);
    // 10 ms between two requests; without a turn for the second of each job it would be half of this.
    assert.ok(wallMs! >= 10 * (2 * JOBS - 1) - 0.1, `${wallMs}`);
  });
}

forEachVariant('open loop and rate limit', SHAPES, onSchedule, deaths, withLimit);

test('connections that take longer to open within the rate limit than a job may take cost no thread', async (t) => {
  // Six at 2/s take 3 s; a thread that does not answer for 2.2 s is ended otherwise.
  const { bench } = await benchOf(t, 'worker-pool', limited(2), { timeoutMs: 100, jobs: 2 });
  const { outcomes, threads } = await bench.trial();
  assert.deepEqual(outcomes, outcomesOf({ ok: 2 }));
  assert.deepEqual(
    threads.map(({ thread }) => thread),
    [0, 1, 2],
  );
});
