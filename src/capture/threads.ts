import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadmillError } from '../errors.ts';
import { cutProfile, withoutProfiler } from '../profile/cut.ts';
import { mapFrames } from '../profile/map-frames.ts';
import type { ThreadProfile } from '../profile/profile.ts';
import { writeCpuProfile } from '../profile/write-cpu-profile.ts';
import type { Capture, CaptureContext, CapturedFile, CaptureResult } from './capture.ts';
import { shownAs, sourceMapsOf } from './in-sources.ts';
import { runLoad } from './run-result.ts';
import { SavedSources } from './saved-sources.ts';
import { EXACT_FRAMES, MIN_LOAD_MS, SAMPLING_INTERVAL_US } from './settings.ts';
import { profileFile, readThreadProfile } from './thread-profile.ts';

/** What a report shows of the user's sources, beside the profiles. */
const SOURCES_FILE = 'sources.json';

/** Threadmill's own: an inspector session in every thread, which the runner opens and closes around the load. */
export const threads: Capture = {
  name: 'threads',
  description: 'CPU profile of every thread, in terms of your TypeScript',
  threads: 'all',
  needs: [],

  async availability() {
    return { available: true, version: process.version };
  },

  async capture(context: CaptureContext): Promise<CaptureResult> {
    const profileDir = join(context.scratch, 'profiles');
    const resultFile = join(context.scratch, 'result.json');
    await mkdir(profileDir, { recursive: true });
    const options = {
      minLoadMs: MIN_LOAD_MS.threads,
      resultFile,
      profileDir,
      samplingIntervalUs: SAMPLING_INTERVAL_US,
    };
    const nodeArguments = [...EXACT_FRAMES, ...context.runnerArguments(options)];
    const { loadMs, repeats, profiles } = await runLoad(context, {
      name: 'threads',
      nodeArguments,
      resultFile,
    });
    if (profiles.length === 0) {
      throw new ThreadmillError('capture-failed', 'threads: the runner left no profile.', {
        advice: 'This is a fault of Threadmill: please report it with the logs of this run.',
      });
    }
    const files: CapturedFile[] = [];
    const sources = new SavedSources();
    for (const name of profiles) {
      const profile = await refine(await readThreadProfile(join(profileDir, name)), context, sources);
      const { thread, label } = profile.thread;
      await writeFile(join(context.destination, profileFile(thread)), writeCpuProfile(profile));
      files.push({
        title: `CPU profile of ${thread === 0 ? 'the main thread' : label}`,
        file: profileFile(thread),
        // Each shows one thread; together they show all, and nothing is out of sight.
        threads: 'all',
        caveat: null,
      });
    }
    await writeFile(join(context.destination, SOURCES_FILE), `${JSON.stringify(await sources.excerpts())}\n`);
    return { files, loadMs, repeats };
  },
};

/** Cut to the load, mapped to the sources, and with all that is needed to draw it from the run folder alone. */
async function refine(
  raw: ThreadProfile,
  context: CaptureContext,
  sources: SavedSources,
): Promise<ThreadProfile> {
  const cut = cutProfile(raw, raw.thread.load ?? withoutProfiler(raw));
  const maps = await sourceMapsOf(cut.frames, context);
  const mapped = mapFrames(cut, maps);
  const refined = { ...mapped, thread: { ...raw.thread, ...(await shownAs(mapped.frames, context)) } };
  sources.add(cut, refined, maps);
  return refined;
}
