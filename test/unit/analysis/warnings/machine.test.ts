import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MachineSpan, RunRecord, TrialRecord } from '../../../../src/core/documents/run-record.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { record, trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

/** Ten trials of a second on two CPUs; runner and server take 40 and 60 ms of that. */
const trials = (machine: MachineSpan): TrialRecord[] =>
  Array.from({ length: 10 }, (_, round) =>
    trial({
      round: round + 1,
      wallMs: 1_000,
      cpuUserMs: 30,
      cpuSystemMs: 10,
      machine,
      server: { requests: 40, cpuMs: 60, eventLoopUtilization: 0.06 },
    }),
  );
const using = (busyMs: number, stealMs = 0): MachineSpan => ({
  busyMs,
  othersMs: null,
  stealMs,
  pressureMs: 0,
});
const run = (machine: MachineSpan, changes: Partial<RunRecord> = {}): Partial<RunRecord> => ({
  variants: [variant('event-loop', { trials: trials(machine) })],
  ...changes,
});

describe('machine-noisy', () => {
  test('other programs: more than a tenth of all CPUs, over what ticks of 10 ms can be wrong by', () => {
    // A tenth of 20 s is 2,000 ms; ten readings may be wrong by 2 · 10 · √10 = 63 ms.
    const [warning, ...more] = warned(run(using(100 + 220)));
    assert.deepEqual(more, []);
    assert.equal(warning?.code, 'machine-noisy');
    assertNames(warning.message, /other programs .*\b11% of the machine/);
    assert.deepEqual(codesOf(run(using(100 + 206))), []);
  });

  test('what the hypervisor takes: more than two per cent', () => {
    const [warning] = warned(run(using(100, 50)));
    assertNames(warning!.message, /hypervisor .*\b2\.5% of the machine/);
    assert.deepEqual(codesOf(run(using(100, 40))), []);
  });

  test('both in one warning', () => {
    assertNames(warned(run(using(1_100, 200)))[0]!.message, /other programs .*\b50%.* hypervisor .*\b10%/);
  });

  test('a server on this machine that is not ours can’t be told from others; one elsewhere can', () => {
    const external = (url: string): Partial<RunRecord> => ({
      server: { kind: 'external', url, ceiling: null, drift: null },
      variants: [
        variant('event-loop', { trials: trials(using(1_100)).map((each) => ({ ...each, server: null })) }),
      ],
    });
    for (const url of ['http://localhost:3000', 'http://127.0.0.1/', 'http://[::1]:1']) {
      assert.deepEqual(codesOf(external(url)), [], url);
    }
    assert.deepEqual(codesOf(external('http://example.com')), ['machine-noisy']);
  });

  test('a system that does not tell', () => {
    assert.deepEqual(codesOf(run(null)), []);
  });
});

describe('machine-busy', () => {
  const environment = { ...record().environment, backgroundLoad: 0.3 };

  test('before the run', () => {
    const [warning] = warned({ environment });
    assert.equal(warning?.code, 'machine-busy');
    assert.match(warning.message, /30%/);
    assert.deepEqual(codesOf({ environment: { ...environment, backgroundLoad: 0.1 } }), []);
  });

  test('no news where the trials were disturbed, too', () => {
    assert.deepEqual(codesOf(run(using(1_100), { environment })), ['machine-noisy']);
    assert.deepEqual(codesOf(run(using(100), { environment })), ['machine-busy']);
  });
});

describe('CPUs that the run may use', () => {
  const environment = {
    ...record().environment,
    cpuAffinity: { cpus: 1, list: '0' },
    availableCpus: 1,
  };

  test('shares are of these CPUs, and said to be', () => {
    // Half of one CPU for ten seconds; of two it would be a quarter.
    const [noisy] = warned(run(using(100 + 507), { environment }));
    assertNames(noisy!.message, '50% of the one CPU ');
    const busy = { ...environment, cpus: 8, cpuAffinity: { cpus: 3, list: '0-2' }, backgroundLoad: 0.3 };
    assertNames(warned({ environment: busy })[0]!.message, '30% of the 3 CPUs ');
  });

  test('threads beyond them gain nothing', () => {
    const pool = [variant('worker-pool', { threads: 2 })];
    const [bound] = warned({ environment, variants: pool });
    assertNames(bound!.message, '2 worker threads', '1 of 2 CPUs', 'affinity 0');
    const limited = (cpus: number) => ({
      ...record().environment,
      ...{ cpuQuota: { cpus, periodMs: 100 }, availableCpus: cpus },
    });
    const [few] = warned({ environment: limited(0.6), variants: pool });
    assertNames(few!.message, '2 worker threads', '0.6 of 2 CPUs', 'cgroup');
    // A second thread has half a CPU.
    assert.deepEqual(codesOf({ environment: limited(1.5), variants: pool }), []);
  });
});

describe('cpu-throttled', () => {
  const environment = {
    ...record().environment,
    ...{ cpuQuota: { cpus: 0.6, periodMs: 100 }, availableCpus: 0.6 },
  };
  const throttled = (name: VariantName, all: readonly number[]) =>
    variant(name, {
      trials: all.map((ms, index) =>
        trial({ round: index + 1, throttling: { periods: ms > 0 ? 1 : 0, ms } }),
      ),
    });

  test('how long, and in how many timed trials of each variant', () => {
    const hit = [0, 120.4, 250, 0, 0];
    const [warning, ...more] = warned({ environment, variants: [throttled('event-loop', hit)] });
    assert.deepEqual(more, []);
    assert.deepEqual([warning?.code, warning?.variant], ['cpu-throttled', 'event-loop']);
    assertNames(warning!.message, 'cgroup', '0.6 CPUs', '370 ms in 2 of 5 timed trials');
    const both = [
      throttled('sequential', [0, 0]),
      throttled('event-loop', hit),
      throttled('worker-pool', [0, 0.2]),
    ];
    const { message } = warned({ environment, variants: both }).find(({ code }) => code === 'cpu-throttled')!;
    assertNames(message, /370 ms in 2 of 5 .*\(event-loop\), 1 ms in 1 of 2 .*\(worker-pool\)$/);
  });

  test('none where the limit stopped nothing, and without one', () => {
    assert.deepEqual(codesOf({ environment, variants: [throttled('event-loop', [0, 0])] }), []);
    assert.deepEqual(codesOf({ environment, variants: [variant('event-loop')] }), []);
  });
});

test('more-threads-than-cpus', () => {
  assert.deepEqual(codesOf({ variants: [variant('worker-pool', { threads: 3 })] }), [
    'more-threads-than-cpus',
  ]);
  assert.deepEqual(codesOf({ variants: [variant('worker-pool', { threads: 2 })] }), []);
});
