import { messageOf, ThreadmillError } from '../core/errors.ts';

/** The `code` of a Node error; null for anything else that was thrown. */
export function errnoOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'something with that name exists already',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file or folder',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ELOOP: 'its symbolic links form a loop',
};

/** A failed write as an error for people. @param option chooses another place */
export function outputError(thrown: unknown, path: string, option = '--out'): ThreadmillError {
  if (thrown instanceof ThreadmillError) return thrown;
  const code = errnoOf(thrown);
  if (code !== null && FULL.has(code)) {
    return new ThreadmillError('output-full', `the disk is full: cannot write ${path}`, {
      advice: `Free some space, or choose another folder with ${option}.`,
      cause: thrown,
    });
  }
  const reason = (code === null ? undefined : REASONS[code]) ?? messageOf(thrown);
  return new ThreadmillError('output-unwritable', `cannot write ${path}: ${reason}`, {
    advice: `Choose a folder that you may write to with ${option}.`,
    cause: thrown,
  });
}

/** Runs `write`; whatever it throws comes out as an error that names `path`. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    throw outputError(thrown, path);
  }
}
