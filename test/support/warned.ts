import assert from 'node:assert/strict';
import { warningsOf } from '../../src/experiment/warnings/registry.ts';
import { type RunRecord, runRecordSchema, type Warning } from '../../src/types/run-record.ts';
import { record } from '../fixtures/runs/records.ts';

/** What a record with these changes is warned of; it is checked to be one that can be saved. */
export function warned(changes: Partial<RunRecord>): Warning[] {
  const made = record(changes);
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
