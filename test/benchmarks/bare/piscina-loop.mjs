// A pool as its documentation shows it: one task per job. Told over IPC, it runs once and answers its wall.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { collectAll, heard } from './collect.mjs';

const { url, jobs, inFlight, threads, task = 'piscina-task.mjs' } = JSON.parse(process.argv[2]);
const listening = heard(threads);
const pool = new Piscina({
  filename: fileURLToPath(new URL(task, import.meta.url)),
  minThreads: threads,
  maxThreads: threads,
  idleTimeout: Number.POSITIVE_INFINITY,
  concurrentTasksPerWorker: inFlight / threads,
  atomics: 'disabled',
  workerData: { url, connections: inFlight / threads },
});

process.on('message', async () => {
  await collectAll(threads);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: jobs }, (_, job) => pool.run(job)));
  process.send(performance.now() - startedAt);
});
process.on('disconnect', () => process.exit(0));
await listening;
process.send('ready');
