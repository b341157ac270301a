/**
 * What Threadmill's HTTP/2 client costs: CPU and wall of the same requests through it, and through a loop on
 * node:http2 written by hand, which checks the status, bounds the body and takes its digest as a job does. Both send streams
 * of one connection and run in this process, in pairs of shuffled order. With h2load installed (Debian's nghttp2-client), it sends as many requests over as many streams in each pair: native code, a
 * process of its own, and the most that the server can answer.
 *
 *   make http2               (ARGS="--pairs 20 --jobs 10000 --streams 16")
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import type { JobExecutor } from '../../src/workload/workload.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '10000' },
    streams: { type: 'string', default: '16' },
  },
});
const [pairs, jobs, streams] = [Number(values.pairs), Number(values.jobs), Number(values.streams)];
const WARM_UP_PAIRS = 3;
// As built: what compiles tests as they load names every closure, each time that it is made.
const { httpWorkload }: typeof import('../../src/workload/http-workload.ts') = await import(
  new URL('../../dist/src/workload/http-workload.js', import.meta.url).href
);
const PATH = '/api/users/1?latency=0&size=500';
const MOST_BYTES = 32 * 1024 * 1024;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-http2-'));
const server = await startEmbeddedServer({ seed: 1, keepAlive: true, tls: true });
try {
  const ca = join(scratch, 'ca.pem');
  writeFileSync(ca, server.certificate!);
  const session = connect(server.url, { ca: server.certificate! });
  await once(session, 'remoteSettings');
  const workload = httpWorkload({ baseUrl: server.url, requests: [{ name: 'a', path: PATH }] });
  const executor = await workload.open({
    thread: 0,
    slots: streams,
    timeoutMs: 60_000,
    keepAlive: true,
    protocol: 'h2',
    client: 'undici-dispatch',
    ca,
    insecure: false,
    offload: null,
    onConnection: () => {},
  });
  const sides = { threadmill: () => byExecutor(executor), 'by hand': () => byHand(session) } as const;
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const loads: number[] = [];
  const cpu = { threadmill: [] as number[], 'by hand': [] as number[] };
  const wall = { threadmill: [] as number[], 'by hand': [] as number[] };
  for (let pair = -WARM_UP_PAIRS; pair < pairs; pair++) {
    for (const name of Math.random() < 0.5 ? names : names.toReversed()) {
      const [before, startedAt] = [process.cpuUsage(), performance.now()];
      await inSlots(sides[name]());
      const elapsed = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(before);
      if (pair < 0) continue;
      cpu[name].push((user + system) / jobs);
      wall[name].push(jobs / (elapsed / 1e3));
    }
    const perSecond = pair < 0 ? null : await byH2load(`${server.url}${PATH}`);
    if (perSecond !== null) loads.push(perSecond);
  }
  console.log(`${pairs} pairs, ${jobs} requests, ${streams} streams of one connection`);
  report('CPU, µs a request', cpu, ({ threadmill, hand }) => threadmill / hand);
  report('requests a second', wall, ({ threadmill, hand }) => threadmill / hand);
  if (loads.length > 0) {
    console.log(`h2load: ${quantile(sortNumbers(loads), 0.5)!.toFixed(0)} requests a second`);
  }
  await executor.close();
  session.destroy();
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true });
}

function report(
  what: string,
  { threadmill, 'by hand': hand }: Readonly<Record<'threadmill' | 'by hand', readonly number[]>>,
  ratio: (pair: { threadmill: number; hand: number }) => number,
): void {
  const ratios = sortNumbers(
    threadmill.map((value, pair) => ratio({ threadmill: value, hand: hand[pair]! })),
  );
  const at = (share: number) => quantile(ratios, share)!.toFixed(3);
  const median = (samples: readonly number[]) => quantile(sortNumbers([...samples]), 0.5)!.toFixed(0);
  console.log(
    `${what}: Threadmill ${median(threadmill)}, by hand ${median(hand)}; ratio within a pair ${at(0.5)} (quartiles ${at(0.25)} to ${at(0.75)})`,
  );
}

/** Requests a second of one run; null where it is not installed. */
async function byH2load(url: string): Promise<number | null> {
  const options = ['-n', String(jobs), '-c', '1', '-m', String(streams), '-t', '1', url];
  const run = await promisify(execFile)('h2load', options).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (run === null) return null;
  if (!run.stdout.includes(` ${jobs} succeeded`)) throw new Error(`h2load failed: ${run.stdout}`);
  return Number(/([\d.]+) req\/s/.exec(run.stdout)![1]);
}

async function inSlots(send: (job: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: streams }, async () => {
      while (next < jobs) await send(next++);
    }),
  );
}

function byExecutor(executor: JobExecutor): (job: number) => Promise<unknown> {
  const { signal } = new AbortController();
  return (job) =>
    executor.run(0, job, { cancel: null, madePath: null, rememberSecrets: null, sent: null, signal });
}

function byHand(session: ClientHttp2Session): () => Promise<unknown> {
  return () =>
    new Promise((resolve, reject) => {
      let digest = 0;
      let bytes = 0;
      let status = 0;
      const stream = session.request({ ':path': PATH });
      stream.on('response', (headers) => {
        status = headers[':status'] ?? 0;
      });
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) stream.destroy(new Error('the body is too long'));
        else digest = crc32(chunk, digest);
      });
      stream.on('end', () => {
        if (status === 200) resolve({ status, bytes, digest });
        else reject(new Error(`status ${status}`));
      });
      stream.on('error', reject);
    });
}
