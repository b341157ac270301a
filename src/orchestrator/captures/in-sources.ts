import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallFrame, ThreadInfo } from '../../core/documents/v8-profiles.ts';
import { frameCategory } from '../../profile/category.ts';
import { packageOfPath, pathOfUrl } from '../../profile/frame-path.ts';
import type { SourceMaps } from '../../profile/map-frames.ts';
import type { CaptureContext } from './capture.ts';
import { loadSourceMaps } from './source-maps.ts';

/** The folder of Threadmill's own package: this file lies in src/ or in dist/src/, so it is looked for. */
export const THREADMILL_ROOT: string = (() => {
  const start = dirname(fileURLToPath(import.meta.url));
  let folder = start;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return start;
    folder = above;
  }
  return folder.replaceAll('\\', '/');
})();

/** Versions of the packages that scripts belong to, by absolute folder; saved, since packages may change. */
export async function packageVersions(urls: Iterable<string>): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  const folders = [...new Set(urls)].flatMap((url) => packageOfPath(pathOfUrl(url) ?? '')?.folder ?? []);
  for (const folder of new Set(folders)) {
    const version = await versionOf(folder);
    if (version !== null) versions[folder] = version;
  }
  return versions;
}

async function versionOf(folder: string): Promise<string | null> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version?: unknown;
    };
    return typeof version === 'string' ? version : null;
  } catch {
    // A folder below node_modules that is no package: its frames are shown without a version.
    return null;
  }
}

export function sourceMapsOf(
  frames: readonly CallFrame[],
  log: Parameters<typeof loadSourceMaps>[1] = () => undefined,
): Promise<SourceMaps> {
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
  { displayRoot }: Pick<CaptureContext, 'displayRoot'>,
): Promise<Required<Pick<ThreadInfo, 'displayRoot' | 'threadmillRoot' | 'packages'>>> {
  return {
    displayRoot: (displayRoot ?? process.cwd()).replaceAll('\\', '/'),
    threadmillRoot: THREADMILL_ROOT,
    packages: await packageVersions(mapped.map(({ url }) => url)),
  };
}
