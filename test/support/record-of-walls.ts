import { compareAll } from '../../src/analysis/comparison/compare-variants-of-run.ts';
import { summarise } from '../../src/analysis/summarise.ts';
import type { RunRecord, TrialRecord } from '../../src/core/documents/run-record.ts';
import { VARIANT_NAMES, type VariantName } from '../../src/core/variants.ts';
import { outcomes, record, trial, variant } from '../fixtures/runs/records.ts';

type Walls = Readonly<Partial<Record<VariantName, readonly (number | Partial<TrialRecord>)[]>>>;

/**
 * The record of a run whose trials had these walls, ms, round by round; in place of a wall stands whatever else
 * is to be said of a trial. Summaries and comparisons are those of a real run.
 */
export function recordOfWalls(walls: Walls, over: Partial<RunRecord> = {}): RunRecord {
  const names = VARIANT_NAMES.filter((name) => walls[name] !== undefined);
  const base = record(over);
  const { jobs } = base.spec;
  const variants = names.map((name, order) =>
    variant(name, {
      trials: walls[name]!.map((wall, index) =>
        trial({
          round: index + 1,
          order,
          outcomes: outcomes({ ok: jobs }),
          ...(typeof wall === 'number' ? { wallMs: wall } : wall),
        }),
      ),
    }),
  );
  const comparisons = compareAll(variants, base.spec.seed);
  summarise(variants, jobs, comparisons);
  return {
    ...base,
    variants,
    comparisons,
    spec: { ...base.spec, variants: names },
    equivalence: { ...base.equivalence, baseline: names[0]! },
  };
}

/** Trials of the same walls whose CPU, all jobs together, is that of the list, ms. */
export function withCpu(walls: readonly number[], cpuMs: readonly number[]): Partial<TrialRecord>[] {
  return walls.map((wallMs, index) => ({ wallMs, cpuUserMs: cpuMs[index]!, cpuSystemMs: 0 }));
}

/** As many walls about `typical`, none like another and none far off: a steady machine, without drift. */
export function steady(typical: number, rounds = 8): number[] {
  const order = [4, 1, 7, 2, 6, 0, 5, 3];
  return Array.from(
    { length: rounds },
    (_, index) => typical * (1 + (order[index % 8]! - 3.5) / 1_000 + Math.floor(index / 8) / 100_000),
  );
}
