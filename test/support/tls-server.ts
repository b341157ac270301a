import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

interface Made {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for 127.0.0.1 that is its own authority, or another one. */
export async function certificate({
  name = '127.0.0.1',
  expired = false,
}: {
  readonly name?: string;
  readonly expired?: boolean;
} = {}): Promise<Made> {
  const now = Date.now();
  const altName = name === '127.0.0.1' ? { type: 7 as const, ip: name } : { type: 2 as const, value: name };
  const made = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 10 * DAY_MS),
    notAfterDate: new Date(now + (expired ? -DAY_MS : DAY_MS)),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [altName] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/** PEM text as a file, until the test has ended. */
export async function pemFile(t: TestContext, pem: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'threadmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  await writeFile(file, pem);
  return file;
}

export interface TlsServer {
  readonly url: string;
  /** File of the authority to trust. */
  readonly ca: string;
  /** TCP connections, open or not. */
  readonly sockets: ReadonlySet<Socket>;
  /** Streams that were begun. */
  readonly streams: number;
}

type Answer = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** A server that speaks HTTP/2, and HTTP/1.1 if `allowHTTP1`, on a port that the system gives. */
export async function tlsServer(
  t: TestContext,
  answer: Answer,
  options: Parameters<typeof createSecureServer>[0] = {},
): Promise<TlsServer> {
  const made = await certificate();
  const sockets = new Set<Socket>();
  let streams = 0;
  const server = createSecureServer({ ...made, ...options }, answer);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream) => {
    streams += 1;
    stream.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: await pemFile(t, made.cert),
    sockets,
    get streams() {
      return streams;
    },
  };
}
