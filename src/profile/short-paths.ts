import type { FlameFrame } from '../core/documents/flame.ts';
import { pathOfUrl } from './frame-path.ts';

interface Framed {
  readonly frames: readonly FlameFrame[];
}

/** Script paths outside packages, relative to their common folder; profiles with none in common each have their own. */
export function shortPaths<T extends Framed>(flames: readonly T[]): T[] {
  const paths = flames.map(scriptPaths);
  const [first = new Set<string>(), ...others] = paths;
  const alike = others.every((other) => [...other].some((path) => first.has(path)));
  const all = commonFolder(new Set(paths.flatMap((each) => [...each])));
  return flames.map((flame, index) => relativeTo(flame, alike ? all : commonFolder(paths[index]!)));
}

function scriptPaths({ frames }: Framed): Set<string> {
  return new Set(
    frames.flatMap(({ category, file }) => {
      return category === 'user' && file !== null && pathOfUrl(file) !== null ? [file] : [];
    }),
  );
}

/** Null if they have none in common, or only the root of the file system. */
function commonFolder(paths: ReadonlySet<string>): string | null {
  let common: string[] | null = null;
  for (const path of paths) {
    const folders = path.split('/').slice(0, -1);
    const before: string[] = common ?? folders;
    const end = before.findIndex((folder, index) => folders[index] !== folder);
    common = end < 0 ? before : before.slice(0, end);
  }
  const folder = common?.join('/') ?? '';
  return folder === '' ? null : folder;
}

function relativeTo<T extends Framed>(flame: T, root: string | null): T {
  if (root === null) return flame;
  const frames = flame.frames.map((frame) => {
    return frame.file?.startsWith(`${root}/`) === true
      ? { ...frame, file: frame.file.slice(root.length + 1) }
      : frame;
  });
  return { ...flame, frames };
}
