const DRIVE = /^[A-Za-z]:[\\/]/;

/** Absolute path of a script's URL, with `/`; null for what is no file. V8 gives URLs of modules, paths of CommonJS. */
export function pathOfUrl(url: string): string | null {
  if (url.startsWith('file://')) {
    const path = decode(url.slice('file://'.length).replace(/^[^/]*/, ''));
    return DRIVE.test(path.slice(1)) ? path.slice(1) : path;
  }
  if (url.startsWith('/')) return url;
  if (DRIVE.test(url)) return url.replaceAll('\\', '/');
  return null;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A `%` that escapes nothing: show the path as it came.
    return path;
  }
}

/** Whether `path` is `folder` or lies within it; both absolute, with `/`. */
export function isWithin(path: string, folder: string): boolean {
  const base = withoutTrailingSlash(folder);
  return path === base || path.startsWith(`${base}/`);
}

export function withoutTrailingSlash(folder: string): string {
  return folder.replace(/\/+$/, '');
}

export interface PackagePath {
  readonly name: string;
  /** Absolute folder of the package. */
  readonly folder: string;
  /** Path within the package. */
  readonly rest: string;
}

const MARK = '/node_modules/';

/** The innermost package that a path belongs to; null outside of every node_modules. */
export function packageOfPath(path: string): PackagePath | null {
  const at = path.lastIndexOf(MARK);
  if (at < 0) return null;
  const segments = path.slice(at + MARK.length).split('/');
  const count = segments[0]?.startsWith('@') ? 2 : 1;
  if (segments.length <= count) return null;
  const name = segments.slice(0, count).join('/');
  return { name, folder: path.slice(0, at + MARK.length) + name, rest: segments.slice(count).join('/') };
}
