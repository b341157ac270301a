/**
 * Password hashes. `scrypt` runs in libuv's thread pool and leaves the event loop free; `scryptSync` blocks whichever
 * thread calls it, so only worker threads make it run in parallel.
 *
 *   threadmill bench --workload examples/scrypt.ts
 *   SCRYPT=sync threadmill bench --workload examples/scrypt.ts
 */
import { type BinaryLike, scrypt, scryptSync } from 'node:crypto';
import { defineWorkload } from 'threadmill';

const hash = (password: BinaryLike) =>
  new Promise<Buffer>((resolve, reject) =>
    scrypt(password, 'salt', 32, (error, key) => (error === null ? resolve(key) : reject(error))),
  );

export default defineWorkload({
  name: process.env.SCRYPT === 'sync' ? 'scrypt-sync' : 'scrypt-async',
  jobs: 24,
  run: (job) => `password ${job.position}`,
  compute: async (password) =>
    (process.env.SCRYPT === 'sync' ? scryptSync(password, 'salt', 32) : await hash(password)).toString('hex'),
});
