// Requests on the event loop, each body handed to a pool by transfer, as Piscina's documentation shows it. Told over
// IPC, it runs once and answers its wall.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { Pool } from 'undici';
import { collectAll, heard } from './collect.mjs';

const { url, jobs, inFlight, threads } = JSON.parse(process.argv[2]);
const { origin, pathname, search } = new URL(url);
const client = new Pool(origin, { connections: inFlight, pipelining: 1, keepAliveTimeout: 600_000 });
const listening = heard(threads);
const pool = new Piscina({
  filename: fileURLToPath(new URL('offload-task.mjs', import.meta.url)),
  minThreads: threads,
  maxThreads: threads,
  idleTimeout: Number.POSITIVE_INFINITY,
  atomics: 'disabled',
});

process.on('message', async () => {
  await collectAll(threads);
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next++ < jobs) {
        const { body } = await client.request({ path: pathname + search, method: 'GET' });
        const bytes = await body.arrayBuffer();
        await pool.run(bytes, { transferList: [bytes] });
      }
    }),
  );
  process.send(performance.now() - startedAt);
});
process.on('disconnect', () => process.exit(0));
await listening;
process.send('ready');
