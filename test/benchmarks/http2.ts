/**
 * What Threadmill's HTTP/2 client costs: CPU and requests a second through it, and through a loop on node:http2 written by
 * hand, which checks the status, bounds the body and takes its digest as a job does. Both send streams of one connection,
 * each in a process of its own, in pairs of shuffled order; the processes are started anew several times. With h2load
 * installed (Debian's nghttp2-client), it sends requests over as many streams in each pair: native code, and the most that
 * the server can answer.
 *
 *   make http2               (ARGS="--pairs 40 --starts 4 --ms 200 --streams 16")
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { median } from '../../src/core/statistics/quantile.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { measureSides, type SideSamples, spread } from './client-sides.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '40' },
    starts: { type: 'string', default: '4' },
    ms: { type: 'string', default: '200' },
    streams: { type: 'string', default: '16' },
  },
});
const [pairs, starts] = [Number(values.pairs), Number(values.starts)];
const [ms, streams] = [Number(values.ms), Number(values.streams)];
const LOAD_REQUESTS = 10_000;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-http2-'));
const server = await startEmbeddedServer({ seed: 1, keepAlive: true, tls: true });
try {
  const ca = join(scratch, 'ca.pem');
  writeFileSync(ca, server.certificate!);
  const url = `${server.url}/api/users/1?latency=0&size=500`;
  const loads: number[] = [];
  const samples = await measureSides(
    ['node-http2'],
    { rounds: pairs, starts, loop: { url, slots: streams, ms, ca } },
    async () => {
      const perSecond = await byH2load(url);
      if (perSecond !== null) loads.push(perSecond);
    },
  );
  console.log(`${pairs} pairs of ${ms} ms, ${starts} starts, ${streams} streams of one connection`);
  report(samples.get('node-http2')!);
  if (loads.length > 0) console.log(`h2load: ${median(loads)!.toFixed(0)} requests a second`);
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true });
}

function report({ threadmill, hand }: SideSamples): void {
  const perSecond = (us: number) => 1e6 / us;
  const line = (what: string, ours: readonly number[], bare: readonly number[]) =>
    console.log(
      `${what}: Threadmill ${spread(ours, 0)}, by hand ${spread(bare, 0)}; ratio within a pair ` +
        spread(
          ours.map((value, pair) => value / bare[pair]!),
          3,
        ),
    );
  line('CPU, µs a request', threadmill.cpu, hand.cpu);
  line('requests a second', threadmill.wall.map(perSecond), hand.wall.map(perSecond));
}

/** Requests a second of one run; null where it is not installed. */
async function byH2load(url: string): Promise<number | null> {
  const options = ['-n', String(LOAD_REQUESTS), '-c', '1', '-m', String(streams), '-t', '1', url];
  const run = await promisify(execFile)('h2load', options).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (run === null) return null;
  if (!run.stdout.includes(` ${LOAD_REQUESTS} succeeded`)) throw new Error(`h2load failed: ${run.stdout}`);
  return Number(/([\d.]+) req\/s/.exec(run.stdout)![1]);
}
