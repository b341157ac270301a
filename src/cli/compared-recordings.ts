import { ThreadmillError } from '../core/errors.ts';
import { loadRecording } from '../output/pages/recording/load.ts';
import { compareRecordingsView, type RecordingComparison } from '../output/view/compare-recordings.ts';
import { type RecordingView, recordingView } from '../output/view/recording.ts';
import { resolveRecording, resolveReported } from '../store/resolve-run.ts';

/** Whether one of two names is that of a recording. `latest` is the newest of whatever the other one is. */
export async function areRecordings(outDir: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    if (name !== 'latest' && (await resolveReported(outDir, name)).kind === 'recording') return true;
  }
  return false;
}

/** The earlier one first. Rejects with 'run-not-found', 'run-unreadable', or 'usage' if both are the same. */
export async function comparedRecordings(
  outDir: string,
  [before, after]: readonly [string, string],
): Promise<RecordingComparison> {
  const [a, b] = [await viewOf(outDir, before), await viewOf(outDir, after)];
  if (a.recording.id === b.recording.id) {
    throw new ThreadmillError('usage', `both are recording ${a.recording.id}`, {
      advice: 'Name two recordings: the earlier one first.',
    });
  }
  return compareRecordingsView(a, b);
}

async function viewOf(outDir: string, name: string): Promise<RecordingView> {
  const folder = await resolveRecording(outDir, name);
  return recordingView(await loadRecording(folder, await folder.readRecord()));
}
