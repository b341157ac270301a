import { readdir } from 'node:fs/promises';
import {
  type Recording,
  type RecordingEvents,
  recordingEventsSchema,
  recordingSchema,
} from '../core/documents/recording.ts';
import { Folder } from './folder.ts';
import { readDocument, readSidecarAs } from './read-document.ts';

export const RECORDING_FILE = 'recording.json';
const EVENTS_FILE = 'events.json';
const RAW = 'raw';

/** The folder of one recording: recording.json, its report, and a profile of each thread. See `Folder`. */
export class RecordingFolder extends Folder {
  /** Makes the folder, and the one that the recorder fills; rejects if it exists. */
  static async create(outDir: string, id: string): Promise<RecordingFolder> {
    const folder = new RecordingFolder(await Folder.make(outDir, id));
    await folder.makeFolder(RAW);
    return folder;
  }

  static open(dir: string): RecordingFolder {
    return new RecordingFolder(dir);
  }

  /** Where the processes write; see `core/documents/recorder-lines.ts`. */
  get rawDir(): string {
    return this.path(RAW);
  }

  async rawFiles(): Promise<string[]> {
    return (await readdir(this.rawDir).catch(() => [])).sort();
  }

  async removeRaw(): Promise<void> {
    await this.removeFolder(RAW);
  }

  writeRecord(record: Recording): Promise<void> {
    return this.writeDocument(RECORDING_FILE, recordingSchema, record, 'this recording');
  }

  readRecord(): Promise<Recording> {
    return readDocument(this.path(RECORDING_FILE), recordingSchema);
  }

  async writeEvents(events: RecordingEvents): Promise<void> {
    await this.writeText(EVENTS_FILE, `${JSON.stringify(recordingEventsSchema.parse(events))}\n`);
  }

  /** Rejects with 'run-unreadable'. */
  readEvents(): Promise<RecordingEvents> {
    return readSidecarAs(this.path(EVENTS_FILE), EVENTS_FILE, recordingEventsSchema);
  }
}
