import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export function threadmillVersion(): string {
  return versionAbove(import.meta.dirname) ?? 'unknown';
}

/** `not installed` for none. */
export function packageVersion(name: string): string {
  // Looked for as Node would, but for the folder: not every package exports its package.json, or anything.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const version = versionIn(join(folder, name), name);
    if (version !== null) return version;
  }
  return 'not installed';
}

function versionAbove(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const version = versionIn(at, 'threadmill');
    if (version !== null || dirname(at) === at) return version;
  }
}

function versionIn(folder: string, name: string): string | null {
  try {
    const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name?: string;
      version?: string;
    };
    return found.name === name ? (found.version ?? null) : null;
  } catch {
    return null;
  }
}
