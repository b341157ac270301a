/**
 * No HTTP at all: texts compressed with zlib, whose work Node does in its own thread pool. Overlapping pays on the event
 * loop alone, and worker threads add little. CODEC=brotli for the other codec.
 *
 *   threadmill bench --workload examples/no-http.ts
 *   CODEC=brotli threadmill bench --workload examples/no-http.ts
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineWorkload } from 'threadmill';

const brotli = process.env.CODEC === 'brotli';
const [packGzip, packBrotli] = [promisify(gzip), promisify(brotliCompress)];
const sizes = [16, 64, 256, 1024];

export default defineWorkload({
  name: brotli ? 'compress-brotli' : 'compress',
  jobs: Array.from({ length: 48 }, (_, index) => ({
    name: `${sizes[index % sizes.length]} KiB`,
    text: `record ${index}; `.repeat(((sizes[index % sizes.length] ?? 1) * 1024) / 10),
  })),
  run: async ({ input: { text } }) => {
    const packed = brotli
      ? await packBrotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
      : await packGzip(text, { level: 6 });
    return packed.length;
  },
});
