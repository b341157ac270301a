import type { Recording } from '../../core/documents/recording.ts';
import type { ThreadProfile } from '../../profile/profile.ts';
import type { RecordingFolder } from '../../store/recording-folder.ts';
import { readProfileOfThread } from '../../store/thread-profiles.ts';
import type { ProfileSource } from './exporter.ts';
import { exportText } from './text.ts';

export class RecordingSource implements ProfileSource {
  readonly #folder: RecordingFolder;
  readonly #recording: Recording;

  private constructor(folder: RecordingFolder, recording: Recording) {
    this.#folder = folder;
    this.#recording = recording;
  }

  /** Rejects with 'run-unreadable'. */
  static async open(folder: RecordingFolder): Promise<RecordingSource> {
    return new RecordingSource(folder, await folder.readRecord());
  }

  get id(): string {
    return this.#recording.id;
  }

  get threadmill(): string {
    return this.#recording.threadmill;
  }

  get program(): string {
    return exportText(this.#recording.name);
  }

  get threads(): number[] {
    return this.#recording.threads.flatMap(({ thread, profile }) => (profile === null ? [] : [thread]));
  }

  /** Of all threads the axis begins with the recording. */
  async profile(_name: string, thread: number): Promise<ThreadProfile> {
    const { threads, startUs, endUs } = this.#recording;
    const recorded = threads.find((each) => each.thread === thread);
    if (recorded?.profile == null) throw new RangeError(`the recording has no profile of thread ${thread}`);
    const profile = await readProfileOfThread(this.#folder.path(recorded.profile), recorded.profile);
    return { ...profile, thread: { ...profile.thread, load: { startUs, endUs } } };
  }

  unixNanos(hrtimeNs: number): bigint {
    const { startUs, startedAt } = this.#recording;
    return BigInt(Date.parse(startedAt)) * 1_000_000n + BigInt(Math.round(hrtimeNs - startUs * 1_000));
  }
}
