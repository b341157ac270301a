/**
 * TLS handshakes as the traced pass has them, beside those of a client on node:tls written by hand, full and resumed, in
 * pairs of shuffled order within this process. Exit code 1 if a median ratio is more than 10% off. With OpenSSL's command
 * installed, its own figures are shown beside them: they have the TCP connection and the end of the process's own work too.
 *
 *   make tls                 (ARGS="--pairs 200 --seconds 2")
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { NS_PER_MS } from '../../src/core/units.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '200' }, seconds: { type: 'string', default: '2' } },
});
const pairs = Number(values.pairs);
const WARM_UP_PAIRS = 5;
const TOLERANCE = 0.1;
const PATH = '/api/users/1?latency=0&size=500';
const KINDS = ['full', 'resumed'] as const;
type Times = Record<(typeof KINDS)[number], number>;

// As built, as the runner loads them.
const built = <Module>(path: string) =>
  import(new URL(`../../dist/src/${path}`, import.meta.url).href) as Promise<Module>;
const { httpWorkload } =
  await built<typeof import('../../src/workload/http-workload.ts')>('workload/http-workload.js');
const { RequestTrace } = await built<typeof import('../../src/engine/measurement/request-trace.ts')>(
  'engine/measurement/request-trace.js',
);
const { TraceTable } = await built<typeof import('../../src/engine/measurement/trace-table.ts')>(
  'engine/measurement/trace-table.js',
);

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-tls-'));
const server = await startEmbeddedServer({ seed: 1, keepAlive: false, tls: true });
try {
  const ca = join(scratch, 'ca.pem');
  writeFileSync(ca, server.certificate!);
  const sides = { threadmill: () => byThreadmill(ca), 'by hand': byHand } as const;
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const found: Record<keyof typeof sides, Times[]> = { threadmill: [], 'by hand': [] };
  for (let pair = -WARM_UP_PAIRS; pair < pairs; pair++) {
    for (const name of Math.random() < 0.5 ? names : names.toReversed()) {
      const times = await sides[name]();
      if (pair >= 0) found[name].push(times);
    }
  }
  console.log(`${pairs} pairs, TLS handshake of an HTTP/1.1 connection, ms`);
  for (const kind of KINDS) {
    const of = (name: keyof typeof sides) => found[name].map((times) => times[kind]);
    const ratios = of('threadmill').map((ms, pair) => ms / of('by hand')[pair]!);
    const ratio = medianOf(ratios);
    if (Math.abs(ratio - 1) > TOLERANCE) process.exitCode = 1;
    console.log(
      `${kind}: Threadmill ${medianOf(of('threadmill')).toFixed(2)}, by hand ${medianOf(of('by hand')).toFixed(2)}; ` +
        `ratio within a pair ${ratio.toFixed(3)}; openssl s_time ${openssl(kind === 'full' ? '-new' : '-reuse', ca)}`,
    );
  }
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true });
}

/** A client of its own knows no session: its first connection has a full handshake, the next resumes it. */
async function byThreadmill(ca: string): Promise<Times> {
  const reused: boolean[] = [];
  const executor = await httpWorkload({
    baseUrl: server.url,
    requests: [{ name: 'a', path: PATH }],
  }).open({
    ...{
      thread: 0,
      slots: 1,
      timeoutMs: 60_000,
      keepAlive: false,
      protocol: 'h1',
      client: 'undici-dispatch',
    },
    ...{ ca, insecure: false, offload: null },
    onConnection: (socket: Socket) => reused.push((socket as TLSSocket).isSessionReused()),
  });
  const { columns } = TraceTable.shared(2);
  const requests = new RequestTrace(columns, () => performance.now() * NS_PER_MS);
  const code = {
    computing: <T>(_: number, run: () => T) => run(),
    processing: <T>(_: number, run: () => T) => run(),
  };
  requests.start();
  try {
    const traced = await executor.traced!({ requests, code, attempts: { ended() {} } });
    const { signal } = new AbortController();
    for (const position of [0, 1]) {
      await traced.run(0, position, {
        running: null,
        madePath: null,
        rememberSecrets: null,
        sent: null,
        signal,
      });
    }
    if (String(reused) !== 'false,true') throw new Error(`sessions were resumed: ${reused}`);
  } finally {
    requests.stop();
    await executor.close();
  }
  return { full: columns.tls[0]! / NS_PER_MS, resumed: columns.tls[1]! / NS_PER_MS };
}

async function byHand(): Promise<Times> {
  const { ms: full, session } = await handshake(null);
  const { ms: resumed } = await handshake(session);
  return { full, resumed };
}

function handshake(session: Buffer | null): Promise<{ ms: number; session: Buffer }> {
  const { hostname: host, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host, port: Number(port), ca: server.certificate!, ALPNProtocols: ['http/1.1'] },
      ...(session && { session }),
    });
    let connectedAt = 0;
    let ms = 0;
    // A resumed connection may bring none.
    let made = session;
    // Before node:tls, which makes its first message on this event: the handshake begins with it.
    socket.prependOnceListener('connect', () => {
      connectedAt = performance.now();
    });
    socket.once('secureConnect', () => {
      ms = performance.now() - connectedAt;
      // The server ends the connection, after its tickets.
      socket.write(`GET ${PATH} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      if (socket.isSessionReused() !== (session !== null)) reject(new Error('the session was not resumed'));
    });
    socket.on('session', (ticket) => {
      made = ticket;
    });
    socket.on('error', reject);
    socket.once('close', () =>
      made === null ? reject(new Error('no session')) : resolve({ ms, session: made }),
    );
    socket.resume();
  });
}

/** ms a connection, with one more process; or why there are none. */
function openssl(kind: '-new' | '-reuse', ca: string): string {
  const { host } = new URL(server.url);
  const { stdout, error } = spawnSync(
    'openssl',
    ['s_time', '-connect', host, kind, '-time', values.seconds, '-CAfile', ca],
    { encoding: 'utf8' },
  );
  if (error !== undefined) return 'is not installed';
  const [, connections, seconds] = /(\d+) connections in (\d+) real seconds/.exec(stdout) ?? [];
  return connections === undefined
    ? 'failed'
    : `${((Number(seconds) / Number(connections)) * 1e3).toFixed(2)} a connection`;
}

function medianOf(values: readonly number[]): number {
  return quantile(sortNumbers([...values]), 0.5)!;
}
