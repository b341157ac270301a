import { type RunRecord, runRecordSchema } from '../core/documents/run-record.ts';
import { type RunSpec, runSpecSchema } from '../core/documents/spec.ts';
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

  writeRecord(record: RunRecord): Promise<void> {
    return this.writeDocument(RECORD_FILE, runRecordSchema, record, "this run's record");
  }

  readRecord(): Promise<RunRecord> {
    return readDocument(this.path(RECORD_FILE), runRecordSchema);
  }

  async writeSpec(spec: RunSpec): Promise<void> {
    await this.writeText('spec.json', `${JSON.stringify(runSpecSchema.parse(spec), null, 2)}\n`);
  }
}
