import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HeapPeak } from '../../../../src/engine/measurement/heap-peak.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const used = () => getHeapStatistics().used_heap_size;
const MB = 1e6;

test('what was held and is gone again counts, what is held at the end as well', () => {
  collect();
  const before = used();
  const peak = new HeapPeak();
  let held: number[][] | null = Array.from({ length: 100 }, () => new Array<number>(25_000).fill(1.5));
  assert.equal(held.length, 100);
  held = null;
  collect();
  const after = used();
  assert.ok(after - before < 10 * MB, `${after - before} bytes are still held`);
  // 100 · 25,000 doubles are 20 MB.
  const most = peak.stop();
  assert.ok(most - before >= 19 * MB && most - before < 60 * MB, `${most - before} bytes`);
});

test('without a collection the peak is what is held now', () => {
  collect();
  const peak = new HeapPeak();
  const before = used();
  const most = peak.stop();
  assert.ok(most >= before && most - before < MB, `${most} against ${before}`);
});
