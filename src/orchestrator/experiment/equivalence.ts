import type { Mismatch, RunRecord } from '../../core/documents/run-record.ts';
import { FOLDER_LIMITS } from '../../core/limits.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import type { VariantName } from '../../core/variants.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import { readRows } from '../../store/job-rows.ts';

/** Compares each job's result with the baseline's, round by round, where both ended ok. */
export class Equivalence {
  readonly #record: RunRecord;
  readonly #rowsFile: (variant: VariantName) => string;
  readonly #nameOf: (position: number) => string;
  /** True once any job has produced something that can be compared. */
  anythingProduced = false;

  constructor(
    record: RunRecord,
    rowsFile: (variant: VariantName) => string,
    nameOf: (position: number) => string,
  ) {
    this.#record = record;
    this.#rowsFile = rowsFile;
    this.#nameOf = nameOf;
  }

  /** Compares the trials of one round, given the number of its trial in each variant's file of rows. */
  compareRound(round: number, trials: ReadonlyMap<VariantName, number>): void {
    const { baseline } = this.#record.equivalence;
    const first = trials.get(baseline);
    const expected = first === undefined ? null : this.#rows(baseline, first);
    if (expected === null) return;
    for (const [variant, trial] of trials) {
      const actual = variant === baseline ? expected : this.#rows(variant, trial);
      if (actual === null) continue;
      if (variant === baseline) this.anythingProduced ||= actual.digest.some((digest) => digest !== 0);
      else this.#compare(variant, round, expected, actual);
    }
  }

  #compare(variant: VariantName, round: number, expected: JobTable, actual: JobTable): void {
    const { equivalence } = this.#record;
    const { compared, differing } = differingRows(expected, actual);
    equivalence.compared += compared;
    equivalence.mismatches += differing.length;
    for (const position of differing) {
      const seen = equivalence.examples.filter((example) => example.variant === variant).length;
      if (seen >= FOLDER_LIMITS.mismatchesOfVariant) break;
      equivalence.examples.push({
        variant,
        round,
        position,
        name: this.#nameOf(position),
        expected: describe(expected, position),
        actual: describe(actual, position),
      } satisfies Mismatch);
    }
  }

  #rows(variant: VariantName, trial: number): JobTable | null {
    return readRows({ file: this.#rowsFile(variant), trial, rows: this.#record.spec.jobs });
  }
}

/** Jobs that ended ok in both trials, and the positions of those that returned something else; none of a trial without rows. */
export function differingRows(
  expected: JobTable | null,
  actual: JobTable | null,
): { readonly compared: number; readonly differing: readonly number[] } {
  const differing: number[] = [];
  let compared = 0;
  if (expected === null || actual === null) return { compared, differing };
  for (let position = 0; position < expected.rows; position++) {
    if (expected.outcome[position] !== OUTCOME_CODE.ok || actual.outcome[position] !== OUTCOME_CODE.ok)
      continue;
    compared++;
    const same =
      expected.digest[position] === actual.digest[position] &&
      expected.status[position] === actual.status[position];
    if (!same) differing.push(position);
  }
  return { compared, differing };
}

function describe(table: JobTable, position: number): string {
  const digest = table.digest[position]!.toString(16).padStart(8, '0');
  const status = table.status[position]!;
  return status === 0 ? digest : `${status} · ${digest} · ${table.bytes[position]} B`;
}
