import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FlameData } from '../../src/core/documents/flame.ts';
import type { RecordedThread, Recording } from '../../src/core/documents/recording.ts';
import { FlameBuilder } from '../../src/profile/flame-tree.ts';
import { topFunctions } from '../../src/profile/top-functions.ts';
import { RecordingFolder } from '../../src/store/recording-folder.ts';
import { readProfileOfThread } from '../../src/store/thread-profiles.ts';
import { type CliOptions, CliRun } from './cli.ts';

export const PROGRAMS = fileURLToPath(new URL('../fixtures/record/', import.meta.url));

/** A program that `threadmill record` has recorded. */
export interface RecordedRun {
  readonly run: CliRun;
  readonly code: number | null;
  readonly recording: Recording;
  readonly folder: RecordingFolder;
  readonly flame: FlameData;
}

export async function readRecorded(
  folder: RecordingFolder,
): Promise<Pick<RecordedRun, 'recording' | 'folder' | 'flame'>> {
  const recording = await folder.readRecord();
  const builder = new FlameBuilder(recording.name);
  for (const { profile } of recording.threads) {
    if (profile !== null) builder.add(await readProfileOfThread(folder.path(profile)));
  }
  return { recording, folder, flame: builder.data() };
}

export async function recordProgram(
  t: Pick<TestContext, 'after'>,
  argv: readonly string[],
  options: CliOptions = {},
): Promise<RecordedRun> {
  const run = await CliRun.start(t, ['record', ...argv], options);
  const code = await run.ended;
  const [id] = await run.runs();
  assert.ok(id !== undefined, run.stderr);
  return { run, code, ...(await readRecorded(RecordingFolder.open(join(run.outDir, id)))) };
}

/** Time with a function on the stack, ms: of one thread, or of all. */
export function msIn({ flame }: Pick<RecordedRun, 'flame'>, name: string, thread?: number): number {
  return topFunctions(flame, thread === undefined ? {} : { thread })
    .filter(({ frame }) => frame.name === name)
    .reduce((sum, { totalUs }) => sum + totalUs / 1_000, 0);
}

/** Threads in which a function was sampled. */
export function threadsWith(
  recorded: Pick<RecordedRun, 'recording' | 'flame'>,
  name: string,
): RecordedThread[] {
  return recorded.recording.threads.filter(({ thread }) => msIn(recorded, name, thread) > 0);
}
