import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageOfPath, pathOfUrl } from '../profile/frame-path.ts';

/**
 * The versions of the packages that scripts belong to: absolute package folder to version. Saved with a
 * profile, as the packages may have changed by the time that it is drawn again.
 */
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
