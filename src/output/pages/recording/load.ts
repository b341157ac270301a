import type { LoadedRecording, Recording, RecordingEvents } from '../../../core/documents/recording.ts';
import type { Warning } from '../../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../../core/documents/schema-version.ts';
import { type SourceExcerpts, sourceExcerptsSchema } from '../../../core/documents/source-excerpts.ts';
import { heapProfileFile } from '../../../core/documents/v8-profiles.ts';
import { messageOf } from '../../../core/errors.ts';
import { FlameBuilder } from '../../../profile/flame-tree.ts';
import { AllocationBuilder } from '../../../profile/heap-allocations.ts';
import { RecordingTimeline } from '../../../profile/timeline/recording-timeline.ts';
import { exists } from '../../../store/exists.ts';
import { readSidecarAs } from '../../../store/read-document.ts';
import type { RecordingFolder } from '../../../store/recording-folder.ts';
import { readHeapOfThread, readProfileOfThread, threadsIn } from '../../../store/thread-profiles.ts';

/** A year. */
const MAX_US = 365 * 24 * 3_600_000_000;
const SOURCES = 'threads/sources.json';

/** One profile after another: what is kept of each is its call tree and its part of the timeline. */
export async function loadRecording(folder: RecordingFolder, recording: Recording): Promise<LoadedRecording> {
  const builder = new FlameBuilder(recording.name);
  const allocations = new AllocationBuilder(recording.name);
  const problems: Warning[] = [];
  const events = await eventsOf(folder, problems);
  const lastedUs = recording.endUs - recording.startUs;
  const hasTimes = lastedUs >= 0 && lastedUs <= MAX_US;
  if (!hasTimes) {
    problems.push(
      problem('times-impossible', 'Its end is before its start, or years later.', 'There is no timeline.'),
    );
  }
  const timeline = hasTimes ? new RecordingTimeline(recording, events) : null;
  for (const { profile: path } of recording.threads) {
    if (path === null) continue;
    try {
      const profile = await readProfileOfThread(folder.path(path), 'it');
      builder.add(profile);
      timeline?.add(profile);
    } catch (thrown) {
      problems.push(
        problem(
          'profile-unreadable',
          `${path} cannot be read: ${messageOf(thrown)}`,
          'Record again. The flamegraph lacks this thread.',
        ),
      );
    }
  }
  for (const thread of await threadsIn(folder.path('threads'), 'heapprofile')) {
    const path = `threads/${heapProfileFile(thread)}`;
    try {
      allocations.add(await readHeapOfThread(folder.path(path), 'it'));
    } catch (thrown) {
      const message = `${path} cannot be read: ${messageOf(thrown)}`;
      problems.push(problem('profile-unreadable', message, 'Allocations of this thread are missing.'));
    }
  }
  const sources: SourceExcerpts[] = [];
  if (await exists(folder.path(SOURCES))) {
    try {
      sources.push(await readSidecarAs(folder.path(SOURCES), SOURCES, sourceExcerptsSchema));
    } catch (thrown) {
      problems.push(problem('sources-unreadable', messageOf(thrown), 'Lines are shown without their text.'));
    }
  }
  return {
    ...{ imported: false, recording, flame: builder.data(), allocations: allocations.data() },
    ...{ timeline: timeline?.timeline() ?? null, sources, problems },
  };
}

async function eventsOf(folder: RecordingFolder, problems: Warning[]): Promise<RecordingEvents> {
  try {
    return await folder.readEvents();
  } catch (thrown) {
    problems.push(
      problem(
        'events-unreadable',
        messageOf(thrown),
        'The timeline has no garbage collections and no requests.',
      ),
    );
    return { schemaVersion: SCHEMA_VERSION, threads: [], spans: [] };
  }
}

/** A file that costs a part of the report: the rest is still worth having. */
function problem(code: string, message: string, advice: string): Warning {
  return { code, message, advice, variant: null };
}
