import type { FinishedRecording, RecordingOptions } from './engine/recorder/config.ts';

export type { FinishedRecording, RecordingOptions };

/**
 * Records every thread of this process from now on, and resolves when it does. What it resolves to ends the recording,
 * and writes the report. Rejects if the process is being recorded already, or can't be.
 */
export async function startRecording(
  options: RecordingOptions = {},
): Promise<() => Promise<FinishedRecording>> {
  // Not a literal: the declarations of this file do without those of all that it loads.
  const part = new URL('./cli/record-part.js', import.meta.url).href;
  const { recordPart } = (await import(part)) as { recordPart: typeof startRecording };
  return recordPart(options);
}
