import { cleanText } from '../../../../core/clean-text.ts';
import type { Timeline } from '../../../../core/documents/timeline.ts';
import { cleanFrame } from './functions.ts';

/** Names are the user's, or those of whoever wrote the code that ran. */
export function cleanTimeline(timeline: Timeline): Timeline {
  const { frames, jobs, threads, notes } = timeline;
  return {
    ...timeline,
    frames: frames.map(cleanFrame),
    jobs: { ...jobs, names: jobs.names.map((name) => cleanText(name, 80)) },
    threads: threads.map((thread) => ({ ...thread, label: cleanText(thread.label, 60) })),
    notes: notes.map((note) => cleanText(note)),
  };
}
