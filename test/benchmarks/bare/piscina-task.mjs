import { workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { collectWhenTold } from './collect.mjs';

const { origin, pathname, search } = new URL(workerData.url);
const path = pathname + search;
const pool = new Pool(origin, {
  connections: workerData.connections,
  pipelining: 1,
  keepAliveTimeout: 600_000,
});

collectWhenTold();

export default async () => {
  const { body } = await pool.request({ path, method: 'GET' });
  await body.text();
};
