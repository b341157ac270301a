import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { TraceTable } from '../../../../src/engine/measurement/trace-table.ts';
import { openThreadCpuClock, UserCode } from '../../../../src/engine/measurement/user-code.ts';

/** A clock that moves on by 10 ns with each reading. */
function ticking() {
  let now = 0;
  return () => {
    now += 10;
    return now;
  };
}

describe('calls of the user’s functions', () => {
  test('what they return goes through; times add up, moments are the first start and the last end', (t) => {
    const { columns } = TraceTable.shared(2);
    const code = new UserCode(columns, ticking());
    t.after(() => code.close());
    assert.equal(
      code.computing(1, () => 'path'),
      'path',
    );
    assert.deepEqual([columns.process[1], columns.processAt[1]], [10, 0]);
    assert.equal(
      code.processing(1, () => 7),
      7,
    );
    assert.equal(
      code.processing(1, () => 8),
      8,
    );
    assert.deepEqual([columns.process[1], columns.processAt[1], columns.processEndAt[1]], [30, 30, 60]);
    assert.equal(columns.process[0], 0);
  });

  test('what they throw goes through, and counts', (t) => {
    const { columns } = TraceTable.shared(1);
    const code = new UserCode(columns, ticking());
    t.after(() => code.close());
    const thrown = () => {
      throw new RangeError('its own');
    };
    assert.throws(() => code.processing(0, thrown), RangeError);
    assert.throws(() => code.computing(0, thrown), RangeError);
    assert.deepEqual([columns.process[0], columns.processEndAt[0]], [20, 20]);
  });

  test('the share on a CPU: unknown before any call, low for one that sleeps, within 0 and 1', (t) => {
    const cpu = openThreadCpuClock();
    if (cpu === null) {
      t.skip('the system does not tell');
      return;
    }
    cpu.close();
    const { columns } = TraceTable.shared(4);
    const code = new UserCode(columns, () => performance.now() * 1e6);
    t.after(() => code.close());
    assert.equal(code.cpuShare, null);
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    code.processing(0, () => Atomics.wait(sleeper, 0, 0, 100));
    // A sleeping thread needs no CPU: this holds however busy the machine is.
    assert.ok(code.cpuShare !== null && code.cpuShare < 0.2, `${code.cpuShare}`);
    for (const position of [1, 2, 3]) code.processing(position, () => {});
    assert.ok(code.cpuShare >= 0 && code.cpuShare <= 1);
  });

  test('the CPU time of a thread moves on when it computes and not when it waits', async (t) => {
    const cpu = openThreadCpuClock();
    if (cpu === null) {
      t.skip('the system does not tell');
      return;
    }
    t.after(() => cpu.close());
    const before = cpu.read();
    let steps = 0;
    const until = before + 20e6;
    while (cpu.read() < until) for (let i = 0; i < 1e5; i++) steps += i % 3;
    assert.ok(steps > 0);
    const computed = cpu.read();
    const loop = performance.eventLoopUtilization();
    await pause(200);
    // A garbage collection or another test's callback may run in the pause: that is no waiting.
    const activeNs = performance.eventLoopUtilization(loop).active * 1e6;
    const usedNs = cpu.read() - computed;
    assert.ok(usedNs < activeNs + 20e6, `${usedNs} ns of CPU, ${activeNs} ns active`);
  });
});
