/**
 * Image-like work: a 3 × 3 blur of 512 × 512 RGBA pixels. The picture goes to the worker thread and back by transfer, so
 * that moving a megabyte costs next to nothing; with --transfer clone it is copied twice.
 *
 *   threadmill bench --workload examples/image-blur.ts --transfer transfer
 *   threadmill bench --workload examples/image-blur.ts --transfer clone
 */
import { defineWorkload } from 'threadmill';

const SIDE = 512;
const ROW = 4 * SIDE;
const PICTURE = Uint8Array.from({ length: ROW * SIDE }, (_, i) => (i * 31) ^ (i >> 7));

export default defineWorkload({
  name: 'image-blur',
  jobs: 32,
  // Stands for a decoded upload: a buffer of its own.
  run: () => PICTURE.slice(),
  compute: blur,
  digest: (pixels) => pixels.reduce((sum, value) => (sum + value) | 0, 0),
});

function blur(from: Uint8Array): Uint8Array {
  const to = new Uint8Array(from.length);
  for (let y = 1; y < SIDE - 1; y++) {
    for (let at = y * ROW + 4; at < (y + 1) * ROW - 4; at++) {
      let sum = 0;
      for (let row = at - ROW; row <= at + ROW; row += ROW)
        sum += from[row - 4]! + from[row]! + from[row + 4]!;
      to[at] = sum / 9;
    }
  }
  return to;
}
