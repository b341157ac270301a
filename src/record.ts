import type { FinishedRecording, RecordingOptions } from './engine/recorder/config.ts';

export type { FinishedRecording, RecordingOptions };

/** Not a literal of `import()`: the declarations of this file do without those of all that it loads. */
const PART = new URL('./cli/record-part.js', import.meta.url).href;

/**
 * Records every thread of this process from now on, and resolves when it does. What it resolves to ends the recording,
 * and writes the report. Rejects if the process is being recorded already, or can't be.
 */
export async function startRecording(
  options: RecordingOptions = {},
): Promise<() => Promise<FinishedRecording>> {
  const { recordPart } = (await import(PART)) as { recordPart: typeof startRecording };
  return recordPart(options);
}
