import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type SweepRecord, sweepRecordSchema } from '../core/documents/sweep-record.ts';
import { Folder } from './folder.ts';
import { writing } from './output-errors.ts';
import { readDocument } from './read-document.ts';
import { RunFolder } from './run-folder.ts';
import { RUN_ID_PATTERN } from './run-id.ts';

export const SWEEP_FILE = 'sweep.json';
const POINTS = 'points';

/** The folder of one sweep: sweep.json, its report, and below points/ the run of every point. See `Folder`. */
export class SweepFolder extends Folder {
  static async create(outDir: string, id: string): Promise<SweepFolder> {
    return new SweepFolder(await Folder.make(outDir, id));
  }

  static open(dir: string): SweepFolder {
    return new SweepFolder(dir);
  }

  /** Where the runs of points are made, each under its own id until it is known to be whole. */
  get pointsDir(): string {
    return this.path(POINTS);
  }

  writeRecord(record: SweepRecord): Promise<void> {
    return this.writeDocument(SWEEP_FILE, sweepRecordSchema, record, "this sweep's record");
  }

  readRecord(): Promise<SweepRecord> {
    return readDocument(this.path(SWEEP_FILE), sweepRecordSchema);
  }

  /** Gives the run of a point its name, in place of an earlier attempt. Resolves to where it is now. */
  async adoptPoint(run: RunFolder, key: string): Promise<RunFolder> {
    const path = this.pointPath(key);
    await this.removeFolder(path);
    const dir = this.path(path);
    await writing(dir, () => rename(run.dir, dir));
    return RunFolder.open(dir);
  }

  pointPath(key: string): string {
    return `${POINTS}/${key}`;
  }

  /** Removes what runs left that were cut off: those that have not got the name of a point. */
  async removeLeftovers(): Promise<void> {
    const entries = await readdir(this.pointsDir, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory() && RUN_ID_PATTERN.test(entry.name)) {
        await this.removeFolder(join(POINTS, entry.name));
      }
    }
  }
}
