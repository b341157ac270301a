import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type CpuSplit,
  createThreadUsageReader,
  parseThreadUsage,
  parseTicks,
  type ThreadReading,
  usageBetween,
} from '../../../../src/engine/measurement/thread-usage.ts';

const STATUS = 'Name:\tnode\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t34\n';

function reading(cpuMs: number, split: CpuSplit | null): ThreadReading {
  const none = { waitMs: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
  return { beganMs: 0, endedMs: 0, cpuMs, split, ...none };
}

const ticks = (user: number, system: number): CpuSplit => ({ user, system, unit: 'ticks' });

describe('what a thread used', () => {
  test('schedstat and status: nanoseconds to milliseconds, switches as they are', () => {
    assert.deepEqual(parseThreadUsage('31552509 5000000 25\n', STATUS, ticks(2, 1)), {
      cpuMs: 31.552509,
      split: { user: 2, system: 1, unit: 'ticks' },
      waitMs: 5,
      voluntarySwitches: 12,
      involuntarySwitches: 34,
    });
    assert.equal(parseThreadUsage('', STATUS, null), null);
    assert.equal(parseThreadUsage('1 2 3', 'Name:\tnode\n', null), null);
  });

  test('stat: the 14th and 15th field, whatever the name holds', () => {
    const stat = '13421 (a) R (b) S 13419 13419 6873 0 -1 4194304 122 0 3 0 70 30 0 0 20 0 1 0 1234865\n';
    assert.deepEqual(parseTicks(stat), ticks(70, 30));
    assert.equal(parseTicks(''), null);
    assert.equal(parseTicks('1 (node) S 1 2'), null);
  });

  test('between two readings, the exact time is split in the proportion of the ticks', () => {
    const before = {
      ...reading(100, ticks(7, 3)),
      beganMs: 10,
      endedMs: 11,
      waitMs: 1,
      voluntarySwitches: 5,
      involuntarySwitches: 2,
    };
    const after = {
      ...reading(196, ticks(13, 5)),
      beganMs: 130,
      endedMs: 132,
      waitMs: 4,
      voluntarySwitches: 9,
      involuntarySwitches: 2,
    };
    // 96 ms; 6 ticks in the program and 2 in the kernel.
    assert.deepEqual(usageBetween(before, after), {
      cpuMs: 96,
      userMs: 72,
      systemMs: 24,
      waitMs: 3,
      // With both readings.
      spanMs: 122,
      voluntarySwitches: 4,
      involuntarySwitches: 0,
    });
  });

  test('fewer than five ticks tell nothing, a single microsecond does', () => {
    const split = (before: CpuSplit | null, after: CpuSplit | null) =>
      usageBetween(reading(0, before), reading(40, after)).userMs;
    assert.equal(split(ticks(0, 0), ticks(3, 1)), null);
    assert.equal(split(ticks(0, 0), ticks(4, 1)), 32);
    assert.equal(split(ticks(1, 1), ticks(1, 1)), null);
    assert.equal(split(null, ticks(9, 9)), null);
    assert.equal(split(ticks(0, 0), { user: 9e4, system: 9e4, unit: 'us' }), null);
    assert.equal(split({ user: 0, system: 0, unit: 'us' }, { user: 0, system: 1, unit: 'us' }), 0);
  });

  test('user and system are never negative and add up to the whole, also when the kernel takes some back', () => {
    const count = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        count,
        count,
        count,
        count,
        (cpu, a, b, c, d) => {
          const { cpuMs, userMs, systemMs } = usageBetween(
            reading(0, ticks(a, b)),
            reading(cpu, ticks(c, d)),
          );
          if (userMs === null || systemMs === null) return;
          assert.ok(userMs >= 0 && systemMs >= 0);
          assert.ok(Math.abs(userMs + systemMs - cpuMs) <= 1e-9 * cpuMs);
        },
      ),
    );
  });

  test('of the thread that asks: a busy loop is charged to it, and mostly to the program', (t) => {
    const read = createThreadUsageReader();
    const before = read();
    if (before === null) {
      t.skip('the system does not tell');
      return;
    }
    // By its own CPU time and not by the clock, which goes on while others have the CPU.
    const spent = () => usageBetween(before, read()!);
    let steps = 0;
    while (spent().cpuMs < 300) for (let i = 0; i < 1e7; i++) steps += i % 3;
    const { cpuMs, userMs, systemMs } = spent();
    assert.ok(steps > 0 && userMs !== null && systemMs !== null);
    assert.ok(userMs > systemMs, `${userMs} ms in the program, ${systemMs} ms in the kernel, of ${cpuMs} ms`);
  });

  test('a reading holds what was used up to that moment, not only up to the kernel’s last tick', (t) => {
    const read = createThreadUsageReader();
    if (read() === null) {
      t.skip('the system does not tell');
      return;
    }
    // Many readings within one tick: without being charged first, most would repeat the one before.
    const readings = Array.from({ length: 100 }, () => read()!.cpuMs);
    const repeated = readings.filter((cpuMs, index) => index > 0 && cpuMs <= readings[index - 1]!);
    assert.deepEqual(repeated, []);
  });
});
