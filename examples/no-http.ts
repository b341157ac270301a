/**
 * No HTTP at all: texts compressed with zlib, whose work Node does in its own thread pool. Overlapping pays
 * on the event loop alone, and worker threads add little: Threadmill shows both.
 *
 *   threadmill bench --workload examples/no-http.ts
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { defineWorkload } from 'threadmill';

const compress = promisify(gzip);
const sizes = [16, 64, 256, 1024];

export default defineWorkload({
  name: 'compress',
  jobs: Array.from({ length: 48 }, (_, index) => ({
    name: `${sizes[index % sizes.length]} KiB`,
    text: `record ${index}; `.repeat(((sizes[index % sizes.length] ?? 1) * 1024) / 10),
  })),
  run: async (job) => {
    const packed = await compress(job.input.text, { level: 6 });
    return packed.length;
  },
});
