/**
 * A server to record. Two worker threads blur pictures; reports are computed on the main thread, which holds up everything
 * else. The clients run in a worker thread of their own, for 6 s.
 *
 *   threadmill record -- node examples/picture-server.mjs
 */
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import Piscina from 'piscina';

const SIDE = 160;
const ROW = 4 * SIDE;
const SECONDS = 6;
const COUNTRIES = ['AT', 'BR', 'CA', 'DE', 'FR', 'IN', 'JP', 'KE', 'NO', 'US'];
const ORDERS = Array.from({ length: 60_000 }, (_, id) => ({
  id,
  country: COUNTRIES[id % COUNTRIES.length],
  items: [{ price: (id * 7) % 100, count: (id % 3) + 1 }],
}));

/** Runs in Piscina's workers. */
export default function blurPicture(seed) {
  const from = Uint8Array.from({ length: ROW * SIDE }, (_, i) => (i * seed) ^ (i >> 7));
  const to = new Uint8Array(from.length);
  for (let at = ROW + 4; at < from.length - ROW - 4; at++) {
    let sum = 0;
    for (let row = at - ROW; row <= at + ROW; row += ROW) sum += from[row - 4] + from[row] + from[row + 4];
    to[at] = sum / 9;
  }
  return Piscina.move(to);
}

function summariseOrders(orders) {
  const sorted = [...orders].sort(
    (a, b) => a.country.localeCompare(b.country) || b.items[0].price - a.items[0].price,
  );
  const sums = {};
  for (const { country, items } of sorted) {
    for (const { price, count } of items) sums[country] = (sums[country] ?? 0) + price * count;
  }
  return sums;
}

function serve() {
  const pool = new Piscina({ filename: import.meta.url, minThreads: 2, maxThreads: 2 });
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/picture') response.end(await pool.run(Number(searchParams.get('seed'))));
    else response.end(JSON.stringify(summariseOrders(ORDERS)));
  });
  server.listen(0, '127.0.0.1', () => {
    const clients = new Worker(new URL(import.meta.url), { workerData: server.address(), name: 'clients' });
    clients.once('exit', async () => {
      server.close();
      await pool.destroy();
    });
  });
}

/** Six clients that want a picture now and then, and two that always want reports. */
async function sendRequests({ port }) {
  const until = performance.now() + 1_000 * SECONDS;
  const client = async (seed) => {
    const path = seed < 6 ? `/picture?seed=${seed}` : '/report';
    while (performance.now() < until) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      await response.arrayBuffer();
      if (seed < 6) await pause(100);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, seed) => client(seed)));
}

if (isMainThread) serve();
else if (!Piscina.isWorkerThread) await sendRequests(workerData);
