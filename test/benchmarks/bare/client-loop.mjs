// Requests by one HTTP client, through Threadmill or through a loop written by hand, in a process of its own. Told over
// IPC, it runs for some time and answers the CPU and the wall of a request, µs. It collects no garbage in between: with
// no request in flight, a full collection takes the compiled code of most functions with it ("weak objects" in
// --trace-deopt), and the next 200 ms would measure the compiler.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { crc32 } from 'node:zlib';

const { by, client, url, slots, ms, ca = null } = JSON.parse(process.argv[2]);
const { origin, pathname, search } = new URL(url);
const path = pathname + search;
const MOST_BYTES = 32 * 1024 * 1024;

async function throughThreadmill() {
  const { httpWorkload } = await import('../../../dist/src/workload/http-workload.js');
  const workload = httpWorkload({ baseUrl: origin, requests: [{ name: 'a', path }] });
  const executor = await workload.open({
    thread: 0,
    slots,
    timeoutMs: 60_000,
    keepAlive: true,
    protocol: client === 'node-http2' ? 'h2' : 'h1',
    client: client === 'node-http2' ? 'undici-dispatch' : client,
    ca,
    insecure: false,
    offload: null,
    onConnection: () => {},
  });
  const { signal } = new AbortController();
  return (job) =>
    executor.run(0, job, { cancel: null, madePath: null, rememberSecrets: null, sent: null, signal });
}

/**
 * As the documentation of each client has it, with the settings that make them comparable: the same request,
 * connections, no retries, no redirects, no decompression. As a job does, each checks the status, bounds the body and takes its digest.
 */
const BY_HAND = {
  'undici-dispatch': async () => {
    const pool = await undiciPool();
    return () =>
      new Promise((resolve, reject) => {
        let digest = 0;
        let status = 0;
        pool.dispatch(
          { path, method: 'GET' },
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
      });
  },
  'undici-request': async () => {
    const pool = await undiciPool();
    return async () => {
      const { statusCode, body } = await pool.request({ path, method: 'GET' });
      return checked(statusCode, crc32(new Uint8Array(await body.arrayBuffer())));
    };
  },
  fetch: async () => {
    const options = await fetchOptions();
    return async () => ofResponse(await fetch(url, options));
  },
  'node-http': async () => {
    const agent = nodeAgent();
    return () =>
      new Promise((resolve, reject) => {
        http
          .get(url, { agent }, (response) => {
            const chunks = [];
            let bytes = 0;
            response.on('data', (chunk) => {
              bytes += chunk.length;
              if (bytes > MOST_BYTES) response.destroy(new Error('the body is too long'));
              else chunks.push(chunk);
            });
            response.on('end', () => resolve(checked(response.statusCode, crc32(Buffer.concat(chunks)))));
            response.on('error', reject);
          })
          .on('error', reject);
      });
  },
  axios: async () => {
    const { default: axios } = await import('axios');
    const instance = axios.create({
      httpAgent: nodeAgent(),
      proxy: false,
      maxRedirects: 0,
      decompress: false,
      responseType: 'arraybuffer',
      maxContentLength: MOST_BYTES,
      headers: { accept: false, 'accept-encoding': false, 'content-type': false, 'user-agent': false },
    });
    return async () => {
      const { status, data } = await instance.get(url);
      return checked(status, crc32(data));
    };
  },
  got: async () => {
    const { default: got } = await import('got');
    const instance = got.extend({
      agent: { http: nodeAgent() },
      retry: { limit: 0 },
      followRedirect: false,
      decompress: false,
      responseType: 'buffer',
      headers: { 'user-agent': undefined },
    });
    return async () => {
      const sent = instance(url);
      sent.on('downloadProgress', ({ transferred }) => {
        if (transferred > MOST_BYTES) sent.cancel();
      });
      const { statusCode, rawBody } = await sent;
      return checked(statusCode, crc32(rawBody));
    };
  },
  ky: async () => {
    const { default: ky } = await import('ky');
    const instance = ky.create({ retry: 0, timeout: false, throwHttpErrors: false });
    const options = await fetchOptions();
    return async () => ofResponse(await instance(url, options));
  },
  'node-http2': async () => {
    const { connect } = await import('node:http2');
    const session = connect(origin, { ca: readFileSync(ca) });
    await once(session, 'remoteSettings');
    return () =>
      new Promise((resolve, reject) => {
        let digest = 0;
        let bytes = 0;
        let status = 0;
        const stream = session.request({ ':path': path });
        stream.on('response', (headers) => {
          status = headers[':status'];
        });
        stream.on('data', (chunk) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) stream.destroy(new Error('the body is too long'));
          else digest = crc32(chunk, digest);
        });
        stream.on('end', () => resolve({ status, bytes, digest: checked(status, digest) }));
        stream.on('error', reject);
      });
  },
};

async function undiciPool() {
  const { Pool } = await import('undici');
  return new Pool(origin, { connections: slots, maxResponseSize: MOST_BYTES });
}

async function fetchOptions() {
  return {
    dispatcher: await undiciPool(),
    redirect: 'manual',
    headers: { 'accept-encoding': 'identity' },
  };
}

function nodeAgent() {
  return new http.Agent({ keepAlive: true, maxSockets: slots, maxFreeSockets: slots });
}

async function ofResponse(response) {
  return checked(response.status, crc32(new Uint8Array(await response.arrayBuffer())));
}

function checked(status, digest) {
  if (status !== 200) throw new Error(`status ${status}`);
  return digest;
}

const send = await (by === 'hand' ? BY_HAND[client]() : throughThreadmill());

process.on('message', async () => {
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  const endsAt = startedAt + ms;
  let jobs = 0;
  await Promise.all(
    Array.from({ length: slots }, async () => {
      while (performance.now() < endsAt) await send(jobs++);
    }),
  );
  const wall = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  process.send({ cpu: (user + system) / jobs, wall: (wall * 1e3) / jobs });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
