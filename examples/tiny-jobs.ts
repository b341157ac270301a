/**
 * Where worker threads lose clearly: jobs of a few microseconds. Dispatching one to a thread
 * takes many times as long as the job. `worker-pool-batched` shows what dispatching many together would save.
 *
 *   threadmill bench --workload examples/tiny-jobs.ts
 */
import { createHash } from 'node:crypto';
import { defineWorkload } from 'threadmill';

export default defineWorkload({
  name: 'tiny-jobs',
  jobs: 20_000,
  run: ({ position }) => createHash('sha256').update(`session ${position}`).digest('hex').slice(0, 8),
});
