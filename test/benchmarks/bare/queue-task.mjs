// One worker of queue-loop.mjs.
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { work } from './queue-work.mjs';

const { url, concurrency } = JSON.parse(process.argv[2]);
const now = () => performance.timeOrigin + performance.now();
const worker = new Worker(
  'by-hand',
  async ({ data }) => {
    const start = now();
    const value = await work(data.p);
    return { start, end: now(), value };
  },
  {
    connection: new Redis(url, { maxRetriesPerRequest: null }),
    concurrency,
    lockDuration: 5_000,
    stalledInterval: 2_000,
    maxStalledCount: 5,
  },
);
await worker.waitUntilReady();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send((user + system) / 1e3);
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
