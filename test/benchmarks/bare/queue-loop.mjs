// A queue as BullMQ's documentation shows it, with the options that distributed-queue sets. Told over IPC, it runs once
// and answers its wall and the CPU of all its processes, the server among them, ms.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';

const { url, jobs, inFlight, workers } = JSON.parse(process.argv[2]);
const BATCH = 500;
const client = new Redis(url, { maxRetriesPerRequest: null });
const queue = new Queue('by-hand', {
  connection: client,
  streams: { events: { maxLen: 6 * jobs + 10_000 } },
});
const events = new QueueEvents('by-hand', { connection: client.duplicate() });
await events.waitUntilReady();
const children = Array.from({ length: workers }, () =>
  fork(new URL('queue-task.mjs', import.meta.url), [
    JSON.stringify({ url, concurrency: inFlight / workers }),
  ]),
);
await Promise.all(children.map((child) => once(child, 'message')));
let trial = 0;
let completed = () => {};
events.on('completed', ({ returnvalue }) => completed(returnvalue));

async function cpuMs() {
  const asked = children.map(async (child) => {
    child.send('cpu');
    const [ms] = await once(child, 'message');
    return ms;
  });
  const { user, system } = process.cpuUsage();
  const info = await client.info('cpu');
  const server = ['user', 'sys'].map(
    (kind) => Number(new RegExp(`used_cpu_${kind}:(.*)`).exec(info)[1]) * 1e3,
  );
  return [...(await Promise.all(asked)), ...server].reduce((sum, ms) => sum + ms, (user + system) / 1e3);
}

process.on('message', async () => {
  globalThis.gc?.({ type: 'minor' });
  trial++;
  const before = await cpuMs();
  let [left, first, last] = [jobs, Number.POSITIVE_INFINITY, 0];
  const all = new Promise((resolve) => {
    completed = ({ start, end }) => {
      first = Math.min(first, start);
      last = Math.max(last, end);
      if (--left === 0) resolve();
    };
  });
  for (let at = 0; at < jobs; at += BATCH) {
    await queue.addBulk(
      Array.from({ length: Math.min(BATCH, jobs - at) }, (_, i) => ({
        name: 'job',
        data: { p: at + i },
        opts: { jobId: `t${trial}-${at + i}`, attempts: 1, removeOnComplete: false, removeOnFail: false },
      })),
    );
  }
  await all;
  const cpu = (await cpuMs()) - before;
  await queue.clean(0, 0, 'completed');
  process.send({ wall: last - first, cpu });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
