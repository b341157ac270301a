import { type RunRecord, runRecordSchema } from '../core/documents/run-record.ts';
import { type RunSpec, runSpecSchema } from '../core/documents/spec.ts';
import { ThreadmillError } from '../core/errors.ts';
import { Folder } from './folder.ts';
import { readDocument } from './read-document.ts';

export const RECORD_FILE = 'run.json';

/** The folder of one run: see `Folder`. */
export class RunFolder extends Folder {
  /** Makes the folder; rejects if it exists. */
  static async create(outDir: string, id: string): Promise<RunFolder> {
    return new RunFolder(await Folder.make(outDir, id));
  }

  /** The folder of a run that exists; nothing is read or checked yet. */
  static open(dir: string): RunFolder {
    return new RunFolder(dir);
  }

  /** Checks the record and replaces run.json; readers see the old one or the new one, never a part. */
  async writeRecord(record: RunRecord): Promise<void> {
    const checked = runRecordSchema.safeParse(record);
    if (!checked.success) {
      throw new ThreadmillError('internal', `this run's record is not valid: ${checked.error.message}`);
    }
    await this.writeText(RECORD_FILE, `${JSON.stringify(checked.data, null, 2)}\n`);
  }

  /** Rejects with 'run-unreadable' (missing, too large, not JSON, not valid) and says which. */
  readRecord(): Promise<RunRecord> {
    return readDocument(this.path(RECORD_FILE), runRecordSchema);
  }

  async writeSpec(spec: RunSpec): Promise<void> {
    await this.writeText('spec.json', `${JSON.stringify(runSpecSchema.parse(spec), null, 2)}\n`);
  }
}
