/**
 * How many requests a second the API server answers at most: autocannon, and wrk where it is installed, at 64
 * connections, with and without keep-alive, beside the least that node:http can do. Interleaved, so that
 * whatever else the machine does falls on all alike. Needs a build.
 *
 *     node --import tsx test/benchmarks/server-ceiling.ts [--repeats 7] [--seconds 3]
 */
import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { usageBetween } from '../../src/orchestrator/server/usage.ts';

const run = promisify(execFile);
const CONNECTIONS = 64;
const PATH = '/api/users/1?latency=0';
const SERVERS = {
  threadmill: new URL('../../dist/workers/api-server.js', import.meta.url),
  'bare node:http': new URL('../fixtures/server/bare.mjs', import.meta.url),
};

interface Reading {
  readonly requestsPerSecond: number;
  /** Cores that the server's process kept busy; 1 is all that one JavaScript thread can. */
  readonly serverCores: number;
  readonly serverLoop: number;
  /** CPU time of the server per request, µs. */
  readonly cpuUs: number;
  readonly failed: number;
}

type Load = (url: string, seconds: number) => Promise<{ requestsPerSecond: number; failed: number }>;

const autocannonPath = createRequire(import.meta.url).resolve('autocannon');

const autocannon: Load = async (url, seconds) => {
  const load = ['-c', String(CONNECTIONS), '-d', String(seconds), '--json', '--no-progress', url];
  const { stdout } = await run(process.execPath, [autocannonPath, ...load]);
  const result: { requests: { average: number }; errors: number; non2xx: number } = JSON.parse(stdout);
  return { requestsPerSecond: result.requests.average, failed: result.errors + result.non2xx };
};

const wrk: Load = async (url, seconds) => {
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}`, url]);
  const bad = [...stdout.matchAll(/(?:connect|read|write|timeout|responses:) (\d+)/g)];
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    failed: bad.reduce((sum, match) => sum + Number(match[1]), 0),
  };
};

const hasWrk = spawnSync('wrk', ['-v']).error === undefined;
const LOADS: Readonly<Record<string, Load>> = hasWrk ? { autocannon, wrk } : { autocannon };

async function measure(entry: URL, keepAlive: boolean, load: Load, seconds: number): Promise<Reading> {
  const server = await startEmbeddedServer({ seed: 1, keepAlive, entry });
  try {
    await load(server.url + PATH, 1);
    const before = await server.usage();
    const { requestsPerSecond, failed } = await load(server.url + PATH, seconds);
    const used = usageBetween(before, await server.usage());
    const cpuMs = used.cpuUserMs + used.cpuSystemMs;
    return {
      requestsPerSecond,
      // Over the load's own seconds: starting the load's process takes a while, and then the server waits.
      serverCores: cpuMs / (seconds * 1000),
      serverLoop: used.eventLoopActiveMs / (seconds * 1000),
      cpuUs: (cpuMs * 1000) / used.requests,
      failed,
    };
  } finally {
    await server.stop();
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

function line(name: string, readings: readonly Reading[]): string {
  const of = (pick: (reading: Reading) => number, share = 0.5): number => quantile(readings.map(pick), share);
  const rate = (share: number): string => of((reading) => reading.requestsPerSecond, share).toFixed(0);
  const failed = readings.reduce((sum, reading) => sum + reading.failed, 0);
  return [
    name,
    `${rate(0.5)} (${rate(0)} to ${rate(1)})`,
    of((reading) => reading.cpuUs).toFixed(1),
    of((reading) => reading.serverCores).toFixed(2),
    of((reading) => reading.serverLoop).toFixed(2),
    String(failed),
  ].join(' | ');
}

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '7' }, seconds: { type: 'string', default: '3' } },
});
const seconds = Number(values.seconds);
const results = new Map<string, Reading[]>();
for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) {
  for (const [loadName, load] of Object.entries(LOADS)) {
    for (const keepAlive of [true, false]) {
      for (const [serverName, entry] of Object.entries(SERVERS)) {
        const name = `${loadName} | ${keepAlive ? 'keep-alive' : 'a connection each'} | ${serverName}`;
        const reading = await measure(entry, keepAlive, load, seconds);
        results.set(name, [...(results.get(name) ?? []), reading]);
        process.stderr.write(`${name}: ${reading.requestsPerSecond.toFixed(0)}/s\n`);
      }
    }
  }
}
process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, GET ${PATH}, `);
process.stdout.write(`${CONNECTIONS} connections, median of ${values.repeats} × ${seconds} s (range)\n\n`);
process.stdout.write(
  '| load | connections | server | requests/s | server CPU, µs a request | server cores | ',
);
process.stdout.write('server event loop | failed |\n|---|---|---|---|---|---|---|---|\n');
for (const [name, readings] of results) process.stdout.write(`| ${line(name, readings)} |\n`);
