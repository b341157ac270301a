import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXACT_FRAMES, HEAP_INTERVAL_BYTES } from '../../core/capture-settings.ts';
import { CAPTURE_FACTS } from '../../core/captures.ts';
import type { RunOnceResult } from '../../core/documents/run-once.ts';
import { heapProfileFile } from '../../core/documents/v8-profiles.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { withoutInspector } from '../../profile/heap-cut.ts';
import type { ThreadHeapProfile } from '../../profile/heap-profile.ts';
import { mapCallFrames } from '../../profile/map-frames.ts';
import { writeHeapProfile } from '../../profile/write-heap-profile.ts';
import { readHeapOfThread } from '../../store/thread-profiles.ts';
import type { Capture, CaptureContext, CapturedFile, CaptureResult } from './capture.ts';
import { shownAs, sourceMapsOf } from './in-sources.ts';
import { missingText } from './missing-text.ts';
import { runLoad } from './run-result.ts';

/** Threadmill's own: V8's sampling heap profiler in every thread, from the end of the warm-up to that of the load. */
export const heap: Capture = {
  async capture(context: CaptureContext): Promise<CaptureResult> {
    const heapDir = join(context.scratch, 'heap');
    const resultFile = join(context.scratch, 'result.json');
    await mkdir(heapDir, { recursive: true });
    const options = {
      minLoadMs: CAPTURE_FACTS[context.capture].minLoadMs,
      resultFile,
      heapDir,
      heapIntervalBytes: HEAP_INTERVAL_BYTES,
    };
    const result = await runLoad(context, {
      nodeArguments: [...EXACT_FRAMES, ...context.runnerArguments(options)],
      resultFile,
    });
    const { unseenThreads, heap: sampled } = result;
    const profiles = sampled?.files ?? [];
    const missing = missingText((sampled?.threads ?? 0) - profiles.length, unseenThreads);
    if (profiles.length === 0) {
      throw new ThreadmillError('capture-failed', 'heap: the runner left no profile.', {
        advice: 'This is a fault of Threadmill: please report it with the logs of this run.',
      });
    }
    const files: CapturedFile[] = [];
    for (const name of profiles) {
      const profile = await inSources(withoutInspector(await readHeapOfThread(join(heapDir, name))), context);
      const { thread, label } = profile.thread;
      const file = heapProfileFile(thread);
      await writeFile(join(context.destination, file), writeHeapProfile(profile));
      const title = `Allocations of ${thread === 0 ? 'the main thread' : label}`;
      files.push({
        title,
        file,
        threads: missing === null ? 'all' : 'some',
        caveat: caveatOf(result, missing),
      });
    }
    return { files, loadMs: result.loadMs, repeats: result.repeats, unseenThreads };
  },
};

async function inSources(raw: ThreadHeapProfile, context: CaptureContext): Promise<ThreadHeapProfile> {
  const frames = mapCallFrames(raw.frames, await sourceMapsOf(raw.frames, context.log));
  return { ...raw, frames, thread: { ...raw.thread, ...(await shownAs(frames, context)) } };
}

/** Reasons why bytes per job differ from normal. */
function caveatOf({ jobs, failed }: RunOnceResult, missing: string | null): string | null {
  const parts = [missing, failed > 0 ? `${failed} of ${jobs} jobs failed.` : null];
  return parts.filter((part) => part !== null).join(' ') || null;
}
