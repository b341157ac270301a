/**
 * CPU of a request over `Connections` and over undici's Pool, by the number of connections that are all in use.
 * Both sides run in one process and in turns; every trial opens nothing and has all its connections busy. CPU
 * time of the process, so that a busy machine matters little.
 *
 *   make connections          (ARGS="--pairs 15 --in-flight 16,2000,10000")
 */
import { parseArgs } from 'node:util';
import * as undici from 'undici';
import { medianInterval } from '../../src/core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { Connections } from '../../src/workload/connections.ts';
import { Sockets } from '../../src/workload/sockets.ts';
import type { Dispatches } from '../../src/workload/transport.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '11' },
    'in-flight': { type: 'string', default: '16,64,500,2000,5000,9000' },
  },
});
const pairs = Number(values.pairs);
const WARM_UP_PAIRS = 2;
/** Many connections are only in use together if answers are held back; few are anyway. */
const latencyOf = (inFlight: number) => (inFlight < 500 ? 0 : 200);
const MIN_JOBS = 4_000;
const TIMEOUT_MS = 60_000;

type Side = 'pool' | 'connections';

const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
try {
  console.log('in flight | Pool, µs a request | Connections | ratio within a pair (95% interval)');
  for (const inFlight of values['in-flight'].split(',').map(Number)) await measure(inFlight);
} finally {
  await server.stop();
}

async function measure(inFlight: number): Promise<void> {
  const client = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 3_600_000 };
  const pool = new undici.Pool(server.url, { ...client, connections: inFlight, connectTimeout: TIMEOUT_MS });
  const connections = new Connections(undici.Client, {
    origin: server.url,
    limit: inFlight,
    connect: undici.buildConnector({ timeout: TIMEOUT_MS }),
    client,
    sockets: new Sockets(inFlight, () => {}),
  });
  const sides: Readonly<Record<Side, Dispatches>> = { pool, connections };
  const cpu: Readonly<Record<Side, number[]>> = { pool: [], connections: [] };
  const jobs = Math.max(MIN_JOBS, 2 * inFlight);
  const latencyMs = latencyOf(inFlight);
  for (let pair = -WARM_UP_PAIRS; pair < pairs; pair++) {
    const order: readonly Side[] = pair % 2 === 0 ? ['pool', 'connections'] : ['connections', 'pool'];
    for (const side of order) {
      const before = process.cpuUsage();
      await trial(sides[side], { jobs, inFlight, latencyMs });
      const { user, system } = process.cpuUsage(before);
      if (pair >= 0) cpu[side].push((user + system) / jobs);
    }
  }
  await Promise.all([pool.destroy(), connections.close()]);
  const ratio = medianInterval(
    sortNumbers(cpu.connections.map((used, pair) => used / cpu.pool[pair]!)),
    0.95,
  )!;
  const shown = [ratio.estimate, ratio.low, ratio.high].map((value) => value.toFixed(2));
  const [typicalPool, typicalOwn] = [cpu.pool, cpu.connections].map((used) => median(used)!.toFixed(0));
  console.log(`${inFlight} | ${typicalPool} | ${typicalOwn} | ${shown[0]} (${shown[1]}–${shown[2]})`);
}

/** `jobs` requests, `inFlight` at a time; each that ends starts the next, as a slot does. */
function trial(
  target: Dispatches,
  {
    jobs,
    inFlight,
    latencyMs,
  }: { readonly jobs: number; readonly inFlight: number; readonly latencyMs: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let started = 0;
    let left = jobs;
    const next = (): void => {
      if (started === jobs) return;
      send(target, `/api/users/${started++}?latency=${latencyMs}&size=200`).then(() => {
        if (--left === 0) resolve();
        else next();
      }, reject);
    };
    for (let slot = 0; slot < inFlight; slot++) next();
  });
}

function send(target: Dispatches, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    target.dispatch(
      { path, method: 'GET' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}
