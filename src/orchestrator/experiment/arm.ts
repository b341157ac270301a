import { join } from 'node:path';
import type { VariantRecord } from '../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import { OUTCOMES } from '../../core/outcomes.ts';
import type { VariantName } from '../../core/variants.ts';
import { JOB_COLUMNS, ROW_BYTES } from '../../engine/measurement/job-table.ts';
import { describeDue } from '../../store/job-rows.ts';
import type { Session } from './session.ts';

/** Takes one trial per round: a variant of a version, or the second baseline of `--aa`. */
export interface Arm {
  readonly session: Session;
  readonly key: VariantName | 'aa';
  readonly variant: VariantRecord;
}

export function armsOf(session: Session): Arm[] {
  const { variants, aa } = session.record;
  const arms = variants.map((variant): Arm => ({ session, key: variant.name, variant }));
  return aa === null ? arms : [...arms, { session, key: 'aa', variant: aa.arm }];
}

export function rowsFile({ folder }: Pick<Session, 'folder'>, key: Arm['key']): string {
  return folder.path('jobs', `${key}.bin`);
}

export function journalFile({ scratch }: Pick<Session, 'scratch'>, key: Arm['key']): string {
  return join(scratch, `${key}.journal.bin`);
}

/** Hidden until the trial to show is chosen; its trace is then renamed. */
export function traceFile({ folder }: Pick<Session, 'folder'>, key: Arm['key']): string {
  return folder.path('jobs', `.${key}.trace.bin`);
}

/** Writes jobs/<variant>.json, which describes the layout of jobs/<variant>.bin. */
export async function describeRows({ session, key, variant }: Arm): Promise<void> {
  const { folder, record } = session;
  const description = {
    schemaVersion: SCHEMA_VERSION,
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
