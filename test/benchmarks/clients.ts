/**
 * What each HTTP client costs, by itself and through Threadmill: CPU and requests a second of the same requests through
 * `httpWorkload` with that client, and through a loop written by hand with it, which checks the status and takes the
 * digest of the body as a job does. All sides run in this process, in rounds of shuffled order, over as many connections.
 * Prints the table of docs/benchmarks.md.
 *
 *   make clients             (ARGS="--rounds 20 --jobs 3000 --connections 16 --only fetch,ky")
 */
import http from 'node:http';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import { Pool } from 'undici';
import { CLIENT_NAMES, type ClientName } from '../../src/core/clients.ts';
import { medianInterval } from '../../src/core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import type { JobExecutor } from '../../src/workload/workload.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '3000' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const jobs = Number(values.jobs);
const slots = Number(values.connections);
const WARM_UP_ROUNDS = 3;
// As built: what compiles tests as they load names every closure, each time that it is made.
const { httpWorkload }: typeof import('../../src/workload/http-workload.ts') = await import(
  new URL('../../dist/src/workload/http-workload.js', import.meta.url).href
);
const PATH = '/api/users/1?latency=0&size=1000';

type Send = (job: number) => Promise<unknown>;

interface Side {
  readonly send: Send;
  readonly cpuUs: number[];
  readonly perSecond: number[];
}

const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
const url = server.url + PATH;
const pool = new Pool(server.url, { connections: slots });
const agent = new http.Agent({ keepAlive: true, maxSockets: slots, maxFreeSockets: slots });
const executors: JobExecutor[] = [];
try {
  const sides = new Map<ClientName, { threadmill: Side; hand: Side }>();
  const only = values.only?.split(',');
  for (const client of CLIENT_NAMES) {
    if (only?.includes(client) === false) continue;
    sides.set(client, { threadmill: sideOf(await byThreadmill(client)), hand: sideOf(handLoops()[client]) });
  }
  const all = [...sides.values()].flatMap(({ threadmill, hand }) => [threadmill, hand]);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const side of all.toSorted(() => Math.random() - 0.5)) await measure(side, round >= 0);
  }
  console.log(`${rounds} rounds, ${jobs} requests, ${slots} connections, Node ${process.versions.node}\n`);
  console.log(
    '| client | requests/s | CPU, µs a request | of the first one’s CPU | time ÷ by hand | CPU ÷ by hand |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  const base = [...sides.values()][0]!.threadmill;
  for (const [client, { threadmill, hand }] of sides) {
    const { cpuUs, perSecond } = threadmill;
    const cells = [
      spread(perSecond, 0),
      spread(cpuUs, 0),
      spread(ratios(cpuUs, base.cpuUs), 2),
      spread(ratios(hand.perSecond, perSecond), 3),
      spread(ratios(cpuUs, hand.cpuUs), 3),
    ];
    console.log(`| \`${client}\` | ${cells.join(' | ')} |`);
  }
  console.log('\nMedians with their 95% intervals; ratios are within rounds.');
} finally {
  await Promise.all(executors.map((executor) => executor.close()));
  await pool.destroy();
  agent.destroy();
  await server.stop();
}

function sideOf(send: Send): Side {
  return { send, cpuUs: [], perSecond: [] };
}

async function measure({ send, cpuUs, perSecond }: Side, counts: boolean): Promise<void> {
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  let next = 0;
  await Promise.all(
    Array.from({ length: slots }, async () => {
      while (next < jobs) await send(next++);
    }),
  );
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  if (!counts) return;
  cpuUs.push((user + system) / jobs);
  perSecond.push((jobs / elapsedMs) * 1e3);
}

function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, round) => value / below[round]!);
}

/** `1.02 (0.99–1.05)`; the median alone where the rounds are too few for an interval. */
function spread(samples: readonly number[], digits: number): string {
  const interval = medianInterval(sortNumbers([...samples]), 0.95);
  const middle = median([...samples])!.toFixed(digits);
  return interval === null
    ? middle
    : `${middle} (${interval.low.toFixed(digits)}–${interval.high.toFixed(digits)})`;
}

async function byThreadmill(client: ClientName): Promise<Send> {
  const workload = httpWorkload({ baseUrl: server.url, requests: [{ name: 'a', path: PATH }] });
  const executor = await workload.open({
    thread: 0,
    slots,
    timeoutMs: 60_000,
    keepAlive: true,
    protocol: 'h1',
    client,
    ca: null,
    insecure: false,
    offload: null,
    onConnection: () => {},
  });
  executors.push(executor);
  const { signal } = new AbortController();
  return (job) =>
    executor.run(0, job, { cancel: null, madePath: null, rememberSecrets: null, sent: null, signal });
}

/** As the documentation of each client has it, with the settings that make them comparable. */
function handLoops(): Readonly<Record<ClientName, Send>> {
  const ofAxios = axios.create({
    httpAgent: agent,
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'arraybuffer',
  });
  const ofGot = got.extend({
    agent: { http: agent },
    retry: { limit: 0 },
    followRedirect: false,
    decompress: false,
    responseType: 'buffer',
  });
  const ofKy = ky.create({ retry: 0, timeout: false });
  const options = { dispatcher: pool, headers: { 'accept-encoding': 'identity' } } as unknown as RequestInit;
  return {
    'undici-dispatch': () =>
      new Promise((resolve, reject) => {
        let digest = 0;
        let status = 0;
        pool.dispatch(
          { path: PATH, method: 'GET' },
          {
            onRequestStart() {},
            onResponseStart: (_, code) => {
              status = code;
            },
            onResponseData: (_, chunk) => {
              digest = crc32(chunk, digest);
            },
            onResponseEnd: () => resolve(checked(status, digest)),
            onResponseError: (_, error) => reject(error),
          },
        );
      }),
    'undici-request': async () => {
      const { statusCode, body } = await pool.request({ path: PATH, method: 'GET' });
      return checked(statusCode, crc32(new Uint8Array(await body.arrayBuffer())));
    },
    fetch: async () => ofResponse(await fetch(url, options)),
    'node-http': () =>
      new Promise((resolve, reject) => {
        http
          .get(url, { agent }, (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => resolve(checked(response.statusCode!, crc32(Buffer.concat(chunks)))));
            response.on('error', reject);
          })
          .on('error', reject);
      }),
    axios: async () => {
      const { status, data } = await ofAxios.get<Buffer>(url);
      return checked(status, crc32(data));
    },
    got: async () => {
      const { statusCode, rawBody } = await ofGot(url);
      return checked(statusCode, crc32(rawBody));
    },
    ky: async () => ofResponse(await ofKy(url, options)),
  };
}

async function ofResponse(response: Response): Promise<number> {
  return checked(response.status, crc32(new Uint8Array(await response.arrayBuffer())));
}

function checked(status: number, digest: number): number {
  if (status !== 200) throw new Error(`status ${status}`);
  return digest;
}
