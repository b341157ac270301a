import { frameCategory } from '../profile/category.ts';
import type { SourceMaps } from '../profile/map-frames.ts';
import type { CallFrame, ThreadInfo } from '../types/cpu-profile.ts';
import type { CaptureContext } from './capture.ts';
import { THREADMILL_ROOT } from './own-package.ts';
import { packageVersions } from './package-versions.ts';
import { loadSourceMaps } from './source-maps.ts';

/** The maps of the scripts in a profile. */
export function sourceMapsOf(frames: readonly CallFrame[], { log }: CaptureContext): Promise<SourceMaps> {
  // A dependency is shown as it lies on disk: the sources that its maps name are seldom shipped with it.
  const scripts = frames.filter((frame) => {
    return frame.url !== '' && frameCategory(frame, { threadmillRoot: THREADMILL_ROOT }) !== 'dependency';
  });
  return loadSourceMaps(
    scripts.map(({ url }) => url),
    log,
  );
}

/** What is saved with a profile, so that it can be drawn from the run folder alone. */
export async function shownAs(
  mapped: readonly CallFrame[],
  { displayRoot }: CaptureContext,
): Promise<Required<Pick<ThreadInfo, 'displayRoot' | 'threadmillRoot' | 'packages'>>> {
  return {
    displayRoot: (displayRoot ?? process.cwd()).replaceAll('\\', '/'),
    threadmillRoot: THREADMILL_ROOT,
    packages: await packageVersions(mapped.map(({ url }) => url)),
  };
}
