import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseMachineUsage } from '../../../../src/engine/measurement/machine-usage.ts';
import { GcWatch, summariseDelay, ThreadProbe } from '../../../../src/engine/measurement/thread-probe.ts';

describe('what surrounds a trial', () => {
  test('/proc/stat in ticks of 10 ms: idle and waiting for disks are not busy, steal is apart', () => {
    // user 100, nice 5, system 20, idle 900, iowait 30, irq 1, softirq 4, steal 7
    const stat =
      'cpu  101 6 21 901 31 2 5 8 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 100 5 20 900 30 1 4 7 0 0\nintr 5 1\n';
    assert.deepEqual(parseMachineUsage(stat, [1], 'some avg10=0.00 avg60=0.00 avg300=0.00 total=2500\n'), {
      busyMs: 1300,
      stealMs: 70,
      pressureMs: 2.5,
    });
    assert.equal(parseMachineUsage(stat, [1], null)?.pressureMs, null);
    assert.equal(parseMachineUsage(stat, [0, 1], null)?.busyMs, 1350);
    assert.equal(parseMachineUsage(stat, [2], null), null);
    assert.equal(parseMachineUsage('cpu0 1 2 3\n', [0], null), null);
  });

  test('event-loop delay: the 10 ms of the timer are taken off, and nothing is less than on time', () => {
    const histogram = (mean: number, p99: number, max: number, count = 3) => ({
      count,
      mean: mean * 1e6,
      max: max * 1e6,
      percentile: () => p99 * 1e6,
    });
    assert.deepEqual(summariseDelay(histogram(11, 12.5, 30), null), { mean: 1, p99: 2.5, max: 20 });
    assert.deepEqual(summariseDelay(histogram(9.9, 10, 10), null), { mean: 0, p99: 0, max: 0 });
    assert.equal(summariseDelay(histogram(0, 0, 0, 0), null), null);
    // The first timer fired 5 ms, then 40 ms late; it is one of four, or more than 1% of none.
    assert.deepEqual(summariseDelay(histogram(11, 12.5, 30), 5), { mean: 2, p99: 5, max: 20 });
    assert.deepEqual(summariseDelay(histogram(11, 12.5, 30, 199), 41), { mean: 1.2, p99: 2.5, max: 41 });
    assert.deepEqual(summariseDelay(histogram(0, 0, 0, 0), 40), { mean: 40, p99: 40, max: 40 });
  });

  test('garbage collections from before the span do not count, those within do', async () => {
    const watch = new GcWatch();
    setFlagsFromString('--expose-gc');
    const collectOnce = runInNewContext('gc') as () => void;
    const collect = () => {
      for (let i = 0; i < 10; i++) collectOnce();
    };
    collect();
    watch.reset();
    await new Promise((resolve) => setImmediate(resolve));
    // Node may collect once or twice of its own accord.
    assert.ok(watch.read().count <= 3);
    watch.reset();
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    const seen = watch.read();
    watch.close();
    assert.ok(seen.count >= 10 && seen.pauseMs > 0, `${seen.count}`);
    assert.ok(seen.longestMs <= seen.pauseMs);
  });

  test('a span that a loop fills is active throughout; one that waits for a timer is not', async () => {
    const probe = new ThreadProbe(3);
    const began = performance.now();
    probe.start();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const waiting = probe.read();
    assert.ok(waiting.eventLoop.activeMs < performance.now() - began);
    probe.start();
    const until = performance.now() + 60;
    while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
    const busy = probe.read();
    assert.equal(busy.thread, 3);
    // However busy the machine is: time in which the thread had no CPU is not time in which its loop waited.
    assert.ok(busy.eventLoop.activeMs > 55, `${busy.eventLoop.activeMs}`);
    if (busy.cpu !== null) assert.ok(busy.cpu.cpuMs > 0);
    assert.ok(busy.heapUsedBytes > 1e6);
  });

  test('what is held before a span counts Buffers, and is told only where a collection can be forced', () => {
    const probe = new ThreadProbe(0);
    const held = () => {
      probe.start();
      return probe.read().heapBeforeBytes;
    };
    const { gc } = globalThis;
    try {
      Object.assign(globalThis, { gc: undefined });
      assert.equal(held(), null);
      Object.assign(globalThis, { gc: () => {} });
      const before = held()!;
      const kept = Buffer.alloc(20e6);
      const grown = held()! - before;
      assert.ok(grown > 19e6 && grown < 30e6, `${grown} with ${kept.length} bytes more`);
    } finally {
      Object.assign(globalThis, { gc });
    }
    probe.close();
  });
});
