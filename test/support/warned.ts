import assert from 'node:assert/strict';
import { warningsOf } from '../../src/analysis/warnings/registry.ts';
import { type RunRecord, runRecordSchema, type Warning } from '../../src/core/documents/run-record.ts';
import { RUN_VARIANTS, record, variant } from '../fixtures/runs/records.ts';

/** What a record with these changes is warned of; it is checked to be one that can be saved. */
export function warned(changes: Partial<RunRecord>): Warning[] {
  // Steady, and compared with nothing: what is warned of is in the changes.
  const variants = RUN_VARIANTS.map((name) => variant(name));
  const made = record({ variants, comparisons: [], ...changes });
  const warnings = warningsOf(made);
  runRecordSchema.parse({ ...made, warnings });
  for (const { message, advice } of warnings) {
    assert.ok(message !== '' && advice !== '');
    assert.doesNotMatch(`${message} ${advice}`, /undefined|NaN|null|Infinity/);
  }
  return warnings;
}

export function codesOf(changes: Partial<RunRecord>): string[] {
  return warned(changes).map(({ code }) => code);
}
