import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareRuns } from '../../../../src/analysis/comparison/compare-runs.ts';
import { type ComparedVariant, runComparisonSchema } from '../../../../src/core/documents/comparison.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { BUILT_IN_WORKLOAD } from '../../../../src/core/documents/spec.ts';
import { outcomes, record, threadSpan, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { recordOfWalls, steady, withCpu } from '../../../support/record-of-walls.ts';

const walls = { sequential: steady(800), 'event-loop': steady(200) };
const before = recordOfWalls(walls);

function changed(
  over: Partial<Record<'sequential' | 'event-loop', number[]>>,
  more: Partial<RunRecord> = {},
) {
  return recordOfWalls({ ...walls, ...over }, more);
}

function of(name: string, one: RunRecord, other: RunRecord): ComparedVariant {
  const found = compareRuns(one, other).variants.find((each) => each.name === name);
  assert.ok(found !== undefined);
  return found;
}

const codes = (one: RunRecord, other: RunRecord) => compareRuns(one, other).warnings.map(({ code }) => code);

describe('the change of each variant', () => {
  test('after ÷ before, of the walls and of the speedups', () => {
    const { change, speedup, ms, trials } = of('event-loop', before, changed({ 'event-loop': steady(210) }));
    assert.equal(change.ratio?.estimate.toFixed(3), '1.050');
    assert.ok(change.ratio!.low > 1.03 && change.ratio!.high < 1.07 && change.ratio!.level >= 0.95);
    assert.deepEqual([change.verdict, change.reason], ['increased', null]);
    assert.deepEqual([ms.before?.estimate.toFixed(0), ms.after?.estimate.toFixed(0)], ['200', '210']);
    assert.deepEqual(trials, { before: 8, after: 8 });
    assert.equal(speedup?.before?.estimate.toFixed(2), '4.00');
    assert.equal(speedup?.after?.estimate.toFixed(2), '3.81');
    assert.deepEqual(
      [speedup?.change.verdict, speedup?.change.ratio?.estimate.toFixed(3)],
      ['decreased', '0.952'],
    );
  });

  test('the same walls: no difference, and how large one would have been seen', () => {
    const { change } = of('event-loop', before, recordOfWalls(walls));
    assert.equal(change.verdict, 'no-difference');
    assert.ok(change.minimumDetectableEffect! > 1 && change.minimumDetectableEffect! < 3);
  });

  test('the baseline has no speedup of its own', () => {
    assert.equal(of('sequential', before, before).speedup, null);
  });

  test('figures beside it are shown as they are', () => {
    const { startupMs, p50Ms, peakRssBytes } = of('event-loop', before, before);
    assert.deepEqual(startupMs, { before: 21.8, after: 21.8 });
    assert.deepEqual([p50Ms.before, peakRssBytes.before], [98.2, 84_300_000]);
  });

  test('what comes out fits the schema', () => {
    const comparison = compareRuns(before, changed({ 'event-loop': [210] }));
    assert.deepEqual(runComparisonSchema.parse(JSON.parse(JSON.stringify(comparison))), comparison);
  });
});

describe('where nothing is claimed', () => {
  const reasonOf = (one: RunRecord, other: RunRecord) => {
    const { verdict, reason } = of('event-loop', one, other).change;
    return [verdict, reason];
  };

  test('too few rounds', () => {
    assert.deepEqual(reasonOf(before, changed({ 'event-loop': [300, 301] })), [
      'inconclusive',
      'too-few-rounds',
    ]);
  });

  test('walls that scatter so much that a change of 10% might not have shown', () => {
    const noisy = [150, 260, 190, 300, 170, 240, 160, 220];
    const one = changed({ 'event-loop': noisy });
    const other = changed({ 'event-loop': [...noisy].reverse() });
    assert.deepEqual(reasonOf(one, other), ['inconclusive', 'too-noisy']);
    assert.deepEqual(reasonOf(one, changed({ 'event-loop': noisy.map((wall) => 4 * wall) })), [
      'increased',
      null,
    ]);
  });

  test('jobs that failed, in either run; the other variants are compared', () => {
    const failing = recordOfWalls({
      sequential: steady(900),
      'event-loop': [...steady(300), { outcomes: outcomes({ ok: 39, reset: 1 }) }],
    });
    assert.deepEqual(reasonOf(before, failing), ['inconclusive', 'jobs-failed']);
    assert.deepEqual(reasonOf(failing, before), ['inconclusive', 'jobs-failed']);
    assert.equal(of('sequential', before, failing).change.verdict, 'increased');
    assert.deepEqual(codes(before, failing), ['work-failed']);
  });

  test('jobs that were cut off when the run was stopped have not failed', () => {
    const stopped = recordOfWalls(
      {
        ...walls,
        'event-loop': [
          ...steady(300),
          { wallMs: null, lost: 'stopped', outcomes: outcomes({ ok: 3, aborted: 37 }) },
        ],
      },
      { status: 'aborted' },
    );
    assert.deepEqual(reasonOf(before, stopped), ['increased', null]);
    assert.deepEqual(codes(before, stopped), ['aborted']);
  });

  test('responses that differ', () => {
    const { equivalence } = record();
    const differing = changed(
      { 'event-loop': steady(300) },
      { equivalence: { ...equivalence, mismatches: 2 } },
    );
    assert.deepEqual(reasonOf(before, differing), ['inconclusive', 'responses-differ']);
  });

  test('an A/A arm that differs from its equal, in either run', () => {
    const comparison = { ...before.comparisons[0]!, verdict: 'slower' as const };
    const doubtful = { ...before, aa: { arm: variant('sequential'), comparison } };
    const after = changed({ 'event-loop': steady(300) });
    assert.deepEqual(reasonOf(doubtful, after), ['inconclusive', 'aa-failed']);
    assert.deepEqual(reasonOf(after, doubtful), ['inconclusive', 'aa-failed']);
    assert.deepEqual(codes(doubtful, after), ['aa-failed']);
  });
});

describe('CPU per job', () => {
  const of40 = (scale: number) => steady(40 * scale);
  const run = (cpuMs: number[], more: Partial<RunRecord> = {}) =>
    recordOfWalls({ sequential: steady(800), 'event-loop': withCpu(steady(200), cpuMs) }, more);

  test('is judged beside the wall, by the same rules', () => {
    const { cpu, change } = of('event-loop', run(of40(1)), run(of40(1.05)));
    // 40 ms for 40 jobs.
    assert.deepEqual([cpu.before?.estimate.toFixed(2), cpu.after?.estimate.toFixed(2)], ['1.00', '1.05']);
    assert.deepEqual(
      [cpu.change.verdict, cpu.change.ratio?.estimate.toFixed(3), change.verdict],
      ['increased', '1.050', 'no-difference'],
    );
    assert.equal(of('event-loop', run(of40(1.05)), run(of40(1))).cpu.change.verdict, 'decreased');
    const same = of('event-loop', run(of40(1)), run(of40(1))).cpu.change;
    assert.deepEqual([same.verdict, same.reason], ['no-difference', null]);
  });

  test('CPU that was not counted is too little to judge, and no error', () => {
    const none = run(of40(0));
    const { cpu } = of('event-loop', none, none);
    assert.deepEqual(
      [cpu.before, cpu.change.verdict, cpu.change.reason],
      [null, 'inconclusive', 'too-few-rounds'],
    );
  });
});

describe('a busy machine', () => {
  const busy = { machineLoad: { othersShare: 0.8, stealShare: 0 } };
  const run = (wall: number, cpuMs: readonly number[], more: Partial<RunRecord> = busy) =>
    recordOfWalls({ sequential: steady(4 * wall), 'event-loop': withCpu(steady(wall), cpuMs) }, more);

  test('a run that got 5% slower is not called faster because others left it more CPU: CPU per job decides', () => {
    // The walls say −42%, the CPU +5%.
    const { change, cpu, speedup } = of('event-loop', run(345, steady(40)), run(200, steady(42)));
    assert.equal(change.ratio?.estimate.toFixed(2), '0.58');
    assert.deepEqual([change.verdict, change.reason], ['inconclusive', 'machine-busy']);
    assert.deepEqual([cpu.change.verdict, cpu.change.reason], ['increased', null]);
    assert.equal(speedup?.change.verdict, 'no-difference');
    assert.deepEqual(codes(run(345, steady(40)), run(200, steady(42))), ['machine-busy']);
  });

  test('a time is judged beyond what waiting for a CPU explains', () => {
    // Of each wall the only thread waited for a CPU for that share.
    const waiting = (wall: number, share: number) =>
      recordOfWalls(
        {
          'event-loop': steady(wall).map((wallMs) => ({
            wallMs,
            threads: [threadSpan({ cpuMs: 37, waitMs: share * wallMs })],
          })),
        },
        busy,
      );
    const change = (one: RunRecord, other: RunRecord) => of('event-loop', one, other).change;
    // Without waiting 345 ms could have been 138, and 200 ms 160.
    const quicker = change(waiting(345, 0.6), waiting(200, 0.2));
    assert.deepEqual([quicker.verdict, quicker.reason], ['inconclusive', 'machine-busy']);
    const { low, high } = quicker.allowance;
    assert.deepEqual([low.toFixed(2), high.toFixed(2)], ['0.40', '1.25']);
    // Ten times as long is more than a fifth of waiting.
    assert.deepEqual(
      [
        change(waiting(200, 0.2), waiting(2_000, 0.2)).verdict,
        change(waiting(2_000, 0.2), waiting(200, 0.2)).verdict,
      ],
      ['increased', 'decreased'],
    );
    // Nearly all of it may have been waiting: nobody knows.
    assert.equal(change(waiting(200, 0.2), waiting(9_000, 0.95)).reason, 'machine-busy');
    assert.equal(change(waiting(200, 0.02), waiting(201, 0.02)).verdict, 'no-difference');
  });

  test('CPU is only judged beyond the scatter of its trials', () => {
    const scattered = (scale: number) => [36, 44, 38, 42, 40, 37, 43, 41].map((ms) => scale * ms);
    const quiet = { machineLoad: { othersShare: 0.02, stealShare: 0 } };
    const change = (scale: number, load: Partial<RunRecord>) =>
      of('event-loop', run(200, scattered(1), load), run(200, scattered(scale), load)).cpu.change;
    assert.equal(change(1.15, quiet).verdict, 'increased');
    assert.deepEqual([change(1.15, busy).verdict, change(1.15, busy).reason], ['inconclusive', 'too-noisy']);
    assert.ok(change(1.15, busy).allowance.high > 1.2);
    assert.equal(change(1.6, busy).verdict, 'increased');
  });

  test('much busier in one run than in the other: speedups and CPU are not judged either', () => {
    const one = run(200, steady(40), { machineLoad: { othersShare: 0.05, stealShare: 0 } });
    const { change, speedup, cpu } = of('event-loop', one, run(400, steady(48)));
    assert.deepEqual(
      [change.reason, speedup?.change.reason, cpu.change.reason],
      ['machine-busy', 'load-differs', 'load-differs'],
    );
    assert.deepEqual(codes(one, run(400, steady(48))), ['machine-busy', 'load-differs']);
  });

  test('what the hypervisor took counts; where nothing is known of the trials, what ran before them does', () => {
    const reasonOf = (more: Partial<RunRecord>) =>
      of('event-loop', run(200, steady(40), more), run(220, steady(40), more)).change.reason;
    const { environment } = record();
    const unknown = { othersShare: null, stealShare: null };
    assert.equal(reasonOf({ machineLoad: { othersShare: 0.04, stealShare: 0.08 } }), 'machine-busy');
    assert.equal(reasonOf({ machineLoad: unknown }), null);
    // Records of older versions have shares below 0: 25% of steal stays 25%.
    assert.equal(reasonOf({ machineLoad: { othersShare: -0.18, stealShare: 0.25 } }), 'machine-busy');
    const idle = (othersShare: number) =>
      run(200, steady(40), { machineLoad: { othersShare, stealShare: 0 } });
    assert.equal(of('event-loop', idle(-0.41), idle(-0.14)).cpu.change.reason, null);
    assert.equal(
      reasonOf({ machineLoad: unknown, environment: { ...environment, backgroundLoad: 0.4 } }),
      'machine-busy',
    );
    assert.equal(reasonOf({ environment: { ...environment, backgroundLoad: 0.4 } }), null);
  });
});

describe('what is known to have another cause', () => {
  // Every trial of every variant 1% slower than the one before: 15% from first to last.
  const rising = recordOfWalls({
    sequential: steady(800).map((wall, index) => wall * 1.02 ** index),
    'event-loop': steady(200).map((wall, index) => wall * 1.02 ** (index + 0.5)),
  });

  test('a run that drifts widens the intervals by as much, and a small change is not claimed', () => {
    const { warnings } = compareRuns(before, rising);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['drift'],
    );
    assertNames(warnings[0]!.message, /\b1\d\.\d% slower/);
    const { change, speedup } = of('event-loop', before, rising);
    const { low, high } = change.allowance;
    assert.ok(high > 1.12 && high < 1.2);
    assert.ok(Math.abs(low * high - 1) < 1e-9);
    assert.deepEqual(speedup!.change.allowance, { low: 1, high: 1 });
    assert.deepEqual([change.verdict, change.reason], ['inconclusive', 'too-noisy']);
  });

  test('but a large one is, and speedups are not touched by it', () => {
    const much = recordOfWalls({
      sequential: steady(800).map((wall, index) => wall * 1.02 ** index),
      'event-loop': steady(300).map((wall, index) => wall * 1.02 ** (index + 0.5)),
    });
    const { change, speedup } = of('event-loop', before, much);
    assert.equal(change.verdict, 'increased');
    assert.equal(speedup?.change.verdict, 'decreased');
  });

  test('a run that wanders without a trend does so, too', () => {
    // Up by 12% and back again.
    const hill = (walls: number[], shift: number) =>
      walls.map((wall, index) => wall * (1.12 - 0.03 * Math.abs(index + shift - 3.75)));
    const wandering = recordOfWalls({
      sequential: hill(steady(800), 0),
      'event-loop': hill(steady(200), 0.5),
    });
    const { warnings } = compareRuns(before, wandering);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['drift'],
    );
    assertNames(warnings[0]!.message, 'run after', /\b\d+(\.\d+)?%/);
    assert.ok(of('event-loop', before, wandering).change.allowance.high > 1.03);
  });

  test('CPU work that was calibrated apart: no claim that it could explain', () => {
    const withSteps = (steps: number, over: Parameters<typeof changed>[0]) => {
      const base = changed(over);
      const { workload } = base.spec;
      const settings = { ...workload.settings, cpuMs: 5, cpuIterationsPerMs: steps };
      return { ...base, spec: { ...base.spec, workload: { ...workload, settings } } };
    };
    const slower = { sequential: steady(840), 'event-loop': steady(210) };
    const [one, more] = [withSteps(1_000, {}), withSteps(1_060, slower)];
    const { change, speedup } = of('event-loop', one, more);
    assert.equal(change.verdict, 'no-difference');
    assert.ok(change.ratio!.low < 1);
    assert.ok(speedup!.change.ratio!.low < 0.95 && speedup!.change.ratio!.high > 1.05);
    assert.deepEqual(codes(one, more), ['calibration']);
    assert.equal(of('event-loop', one, withSteps(940, slower)).change.verdict, 'increased');
    assert.deepEqual(codes(before, changed(slower)), ['all-alike']);
  });
});

describe('differences', () => {
  test('none between runs on one machine within the hour', () => {
    const { differences, warnings } = compareRuns(before, recordOfWalls(walls, { id: 'other' }));
    assert.deepEqual([differences, warnings], [[], []]);
  });

  test('versions, machine, packages, file, time', () => {
    const { environment, spec } = record();
    const after = recordOfWalls(walls, {
      createdAt: '2026-07-05T10:15:00.000Z',
      environment: {
        ...environment,
        node: 'v24.1.0',
        cpus: 4,
        backgroundLoad: 0.4,
        packages: { undici: '8.0.0', piscina: '5.3.2' },
      },
      spec: { ...spec, workload: { ...spec.workload, source: 'jobs.ts' } },
    });
    const { differences, warnings } = compareRuns(before, after);
    assert.deepEqual(differences, [
      { what: 'Node', before: 'v20.20.2', after: 'v24.1.0' },
      { what: 'available CPUs', before: '2 CPUs', after: '2 of 4 CPUs (affinity 0-1)' },
      { what: 'undici', before: '7.30.2', after: '8.0.0' },
      { what: 'workload file', before: BUILT_IN_WORKLOAD, after: 'jobs.ts' },
      { what: 'time', before: '2026-07-04 10:15 UTC', after: '2026-07-05 10:15 UTC' },
    ]);
    // They had ended by the time the trials ran.
    assert.deepEqual(warnings, []);
  });

  test('a variant that only one of them has is not compared, and said', () => {
    const more = recordOfWalls({ ...walls, 'worker-pool': steady(210) });
    const { variants, warnings } = compareRuns(before, more);
    assert.deepEqual(
      variants.map(({ name }) => name),
      ['sequential', 'event-loop'],
    );
    assert.equal(warnings[0]?.code, 'missing-variant');
    assertNames(warnings[0].message, 'run before', 'worker-pool');
  });

  test('runs with different baselines have no common speedup', () => {
    const other = recordOfWalls({ 'event-loop': steady(200), 'worker-pool': steady(210) });
    const { variants } = compareRuns(before, other);
    assert.deepEqual(
      variants.map(({ name, speedup }) => [name, speedup]),
      [['event-loop', null]],
    );
  });
});
