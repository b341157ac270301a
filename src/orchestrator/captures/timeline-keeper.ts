import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunOnceResult } from '../../core/documents/run-once.ts';
import { TIMELINE_DESCRIPTION, TIMELINE_ROWS } from '../../core/documents/timeline.ts';
import type { Region } from '../../core/documents/v8-profiles.ts';
import { cpuProfileFile } from '../../core/documents/v8-profiles.ts';
import { messageOf } from '../../core/errors.ts';
import type { ThreadProfile } from '../../profile/profile.ts';
import { writeCpuProfile } from '../../profile/write-cpu-profile.ts';
import { move } from '../../store/move.ts';
import type { CaptureContext } from './capture.ts';

/** Where the runner writes the data of the timeline repetition. */
export function timelineScratch({ scratch }: CaptureContext): string {
  return join(scratch, 'timeline');
}

/** Keeps the timeline repetition: rows, and profiles cut to it. An error costs only the timeline, and is logged. */
export class TimelineKeeper {
  readonly #context: CaptureContext;
  readonly #folder: string;
  readonly #span: Region;

  private constructor(context: CaptureContext, folder: string, span: Region) {
    this.#context = context;
    this.#folder = folder;
    this.#span = span;
  }

  /** Null if nothing is kept. */
  static async open(
    context: CaptureContext,
    timeline: RunOnceResult['timeline'],
  ): Promise<TimelineKeeper | null> {
    if ('missing' in timeline) {
      context.log('no timeline with samples', { reason: timeline.missing });
      return null;
    }
    const keeper = new TimelineKeeper(context, join(context.destination, 'timeline'), timeline);
    return (await keeper.#try(() => keeper.#takeRows())) ? keeper : null;
  }

  /** @param cut gives the profile of the thread, cut to a span */
  async add(thread: number, cut: (span: Region) => Promise<ThreadProfile>): Promise<void> {
    await this.#try(async () => {
      const profile = await cut(this.#span);
      const named = { ...profile, thread: { ...profile.thread, load: this.#span } };
      await writeFile(join(this.#folder, cpuProfileFile(thread)), writeCpuProfile(named));
    });
  }

  async #takeRows(): Promise<void> {
    await mkdir(this.#folder);
    for (const name of [TIMELINE_ROWS, TIMELINE_DESCRIPTION]) {
      await move(join(timelineScratch(this.#context), name), join(this.#folder, name));
    }
  }

  async #try(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (thrown) {
      this.#context.log('the timeline can not be kept', { reason: messageOf(thrown) });
      await rm(this.#folder, { recursive: true, force: true });
      return false;
    }
  }
}
