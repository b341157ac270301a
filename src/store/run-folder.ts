import { type RunRecord, runRecordSchema } from '../core/documents/run-record.ts';
import { type RunSpec, runSpecSchema } from '../core/documents/spec.ts';
import { ThreadmillError } from '../core/errors.ts';
import { Folder } from './folder.ts';
import { readDocument } from './read-document.ts';

export const RECORD_FILE = 'run.json';

export class RunFolder extends Folder {
  static async create(outDir: string, id: string): Promise<RunFolder> {
    return new RunFolder(await Folder.make(outDir, id));
  }

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

  readRecord(): Promise<RunRecord> {
    return readDocument(this.path(RECORD_FILE), runRecordSchema);
  }

  async writeSpec(spec: RunSpec): Promise<void> {
    await this.writeText('spec.json', `${JSON.stringify(runSpecSchema.parse(spec), null, 2)}\n`);
  }
}
