import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadmillError } from '../errors.ts';
import { frameCategory } from '../profile/category.ts';
import { cutProfile, withoutProfiler } from '../profile/cut.ts';
import { mapFrames } from '../profile/map-frames.ts';
import type { ThreadProfile } from '../profile/profile.ts';
import { writeCpuProfile } from '../profile/write-cpu-profile.ts';
import type { Capture, CaptureContext, CapturedFile, CaptureResult } from './capture.ts';
import { THREADMILL_ROOT } from './own-package.ts';
import { packageVersions } from './package-versions.ts';
import { runLoad } from './run-result.ts';
import { EXACT_FRAMES, MIN_LOAD_MS, SAMPLING_INTERVAL_US } from './settings.ts';
import { loadSourceMaps } from './source-maps.ts';
import { profileFile, readThreadProfile } from './thread-profile.ts';

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
    for (const name of profiles) {
      const profile = await refine(await readThreadProfile(join(profileDir, name)), context);
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
    return { files, loadMs, repeats };
  },
};

/** Cut to the load, mapped to the sources, and with all that is needed to draw it from the run folder alone. */
async function refine(raw: ThreadProfile, context: CaptureContext): Promise<ThreadProfile> {
  const cut = cutProfile(raw, raw.thread.load ?? withoutProfiler(raw));
  // A dependency is shown as it lies on disk: the sources that its maps name are seldom shipped with it.
  const scripts = cut.frames.filter((frame) => {
    return frame.url !== '' && frameCategory(frame, { threadmillRoot: THREADMILL_ROOT }) !== 'dependency';
  });
  const maps = await loadSourceMaps(
    scripts.map(({ url }) => url),
    context.log,
  );
  const mapped = mapFrames(cut, maps);
  const thread = {
    ...raw.thread,
    displayRoot: (context.displayRoot ?? process.cwd()).replaceAll('\\', '/'),
    threadmillRoot: THREADMILL_ROOT,
    packages: await packageVersions(mapped.frames.map(({ url }) => url)),
  };
  return { ...mapped, thread };
}
