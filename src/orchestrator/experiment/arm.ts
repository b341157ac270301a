import { join } from 'node:path';
import type { VariantRecord } from '../../core/documents/run-record.ts';
import { OUTCOMES } from '../../core/outcomes.ts';
import type { VariantName } from '../../core/variants.ts';
import { JOB_COLUMNS, ROW_BYTES } from '../../engine/measurement/job-table.ts';
import { describeDue } from '../../store/job-rows.ts';
import type { Session } from './session.ts';

/** One of those that take turns: a variant of a version, or the double of the baseline (`--aa`). */
export interface Arm {
  readonly session: Session;
  readonly key: VariantName | 'aa';
  readonly variant: VariantRecord;
}

export function rowsFile({ folder }: Pick<Session, 'folder'>, key: Arm['key']): string {
  return folder.path('jobs', `${key}.bin`);
}

export function journalFile({ scratch }: Pick<Session, 'scratch'>, key: Arm['key']): string {
  return join(scratch, `${key}.journal.bin`);
}

/** Before it is known which trial is shown; that one then gets a name. */
export function traceFile({ folder }: Pick<Session, 'folder'>, key: Arm['key']): string {
  return folder.path('jobs', `.${key}.trace.bin`);
}

/** What jobs/<variant>.bin holds, for whoever reads it later. */
export async function describeRows({ session, key, variant }: Arm): Promise<void> {
  const { folder, record } = session;
  const description = {
    schemaVersion: 2,
    variant: variant.name,
    layout: 'trials of equal size one after another; each holds its columns one after another, little-endian',
    rows: record.spec.jobs,
    rowBytes: ROW_BYTES,
    columns: JOB_COLUMNS,
    intendedStarts: record.spec.load.kind === 'open' ? describeDue(rowsFile(session, key)) : null,
    outcomes: OUTCOMES,
    trials: variant.trials.map(({ round, order }) => ({ round, order })),
  };
  await folder.writeText(`jobs/${key}.json`, `${JSON.stringify(description, null, 2)}\n`);
}
