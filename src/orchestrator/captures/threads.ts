import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXACT_FRAMES, SAMPLING_INTERVAL_US } from '../../core/capture-settings.ts';
import { CAPTURE_FACTS } from '../../core/captures.ts';
import type { RunOnceOptions, RunOnceResult } from '../../core/documents/run-once.ts';
import { TIMELINE_BEGUN } from '../../core/documents/timeline.ts';
import { cpuProfileFile } from '../../core/documents/v8-profiles.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { cutProfile, joinParts, withoutProfiler } from '../../profile/cut.ts';
import { mapFrames, type SourceMaps } from '../../profile/map-frames.ts';
import type { ThreadProfile } from '../../profile/profile.ts';
import { writeCpuProfile } from '../../profile/write-cpu-profile.ts';
import { readProfileOfThread } from '../../store/thread-profiles.ts';
import type { Capture, CaptureContext, CapturedFile, CaptureResult } from './capture.ts';
import { shownAs, sourceMapsOf } from './in-sources.ts';
import { missingText } from './missing-text.ts';
import { runLoad } from './run-result.ts';
import { SavedSources } from './saved-sources.ts';
import { TimelineKeeper, timelineScratch } from './timeline-keeper.ts';

/** What a report shows of the user's sources, beside the profiles. */
const SOURCES_FILE = 'sources.json';

/** Threadmill's own: an inspector session in every thread, which the runner opens and closes around the load. */
export const threads: Capture = {
  async capture(context: CaptureContext): Promise<CaptureResult> {
    const profileDir = join(context.scratch, 'profiles');
    const resultFile = join(context.scratch, 'result.json');
    await mkdir(profileDir, { recursive: true });
    const { loadMs, repeats, profiles, timeline, unseenThreads, lostThreads } = await loadAndRepeat(context, {
      minLoadMs: (context.loadTimes ?? 1) * CAPTURE_FACTS[context.capture].minLoadMs,
      resultFile,
      profileDir,
      samplingIntervalUs: SAMPLING_INTERVAL_US,
    });
    if (profiles.length === 0) {
      throw new ThreadmillError('capture-failed', 'threads: the runner left no profile.', {
        advice: 'This is a fault of Threadmill: please report it with the logs of this run.',
      });
    }
    const caveat = missingText(lostThreads, unseenThreads);
    const files: CapturedFile[] = [];
    const sources = new SavedSources();
    const kept = await TimelineKeeper.open(context, timeline);
    for (const name of profiles) {
      const raw = await readProfileOfThread(join(profileDir, name));
      const load = joinParts(raw, raw.thread.turns ?? [raw.thread.load ?? withoutProfiler(raw)]);
      const maps = await sourceMapsOf(raw.frames, context.log);
      const profile = await inSources(load, maps, context);
      sources.add(load, profile, maps);
      const { thread, label } = profile.thread;
      await writeFile(join(context.destination, cpuProfileFile(thread)), writeCpuProfile(profile));
      await kept?.add(raw.thread.thread, (span) => inSources(cutProfile(raw, span), maps, context));
      files.push({
        title: `CPU profile of ${thread === 0 ? 'the main thread' : label}`,
        file: cpuProfileFile(thread),
        // Each shows one thread; together they show all that were seen.
        threads: caveat === null ? 'all' : 'some',
        caveat,
      });
    }
    await writeFile(join(context.destination, SOURCES_FILE), `${JSON.stringify(await sources.excerpts())}\n`);
    return { files, loadMs, repeats, unseenThreads };
  },
};

/** The load, and the repetition for the timeline: the load alone if the runner does not survive that. */
async function loadAndRepeat(context: CaptureContext, options: RunOnceOptions): Promise<RunOnceResult> {
  const timelineDir = timelineScratch(context);
  const run = (chosen: RunOnceOptions) =>
    runLoad(context, {
      nodeArguments: [...EXACT_FRAMES, ...context.runnerArguments(chosen)],
      resultFile: options.resultFile,
    });
  try {
    return await run({ ...options, timelineDir });
  } catch (thrown) {
    if (context.signal.aborted || !existsSync(join(timelineDir, TIMELINE_BEGUN))) throw thrown;
    context.log('the repetition for the timeline failed: the load once more, without it', {
      reason: messageOf(thrown),
    });
    return run(options);
  }
}

/** Mapped to the sources, and with all that is needed to draw it from the run folder alone. */
async function inSources(
  raw: ThreadProfile,
  maps: SourceMaps,
  context: CaptureContext,
): Promise<ThreadProfile> {
  const mapped = mapFrames(raw, maps);
  const { turns, ...thread } = raw.thread;
  return { ...mapped, thread: { ...thread, ...(await shownAs(mapped.frames, context)) } };
}
