import { readFile, stat } from 'node:fs/promises';
import { messageOf, ThreadmillError } from '../core/errors.ts';
import { FOLDER_LIMITS } from '../core/limits.ts';
import { hasMoreValues } from '../profile/json-values.ts';
import { errnoOf } from './output-errors.ts';

/** JSON beside run.json or recording.json, which anybody may have written: size and number of values are checked. @throws 'run-unreadable' */
export function readSidecar(file: string, called: string = file): Promise<unknown> {
  return readJson(file, FOLDER_LIMITS.sidecarBytes, (why, cause) => sidecarUnreadable(called, why, cause));
}

/** The same for any JSON file. @param mostBytes its largest size */
export async function readJson(
  file: string,
  mostBytes: number,
  refuse: (why: string, cause?: unknown) => ThreadmillError,
): Promise<unknown> {
  let bytes: Buffer;
  try {
    const found = await stat(file);
    // A pipe would be waited for.
    if (!found.isFile()) throw refuse('it is not a file');
    if (found.size > mostBytes) {
      throw refuse(`it is larger than ${mostBytes / 2 ** 20} MiB (${found.size} bytes)`);
    }
    bytes = await readFile(file);
  } catch (thrown) {
    if (thrown instanceof ThreadmillError) throw thrown;
    throw refuse(errnoOf(thrown) === 'ENOENT' ? 'it does not exist' : messageOf(thrown), thrown);
  }
  if (hasMoreValues(bytes, FOLDER_LIMITS.documentValues)) {
    throw refuse(`it holds more than ${FOLDER_LIMITS.documentValues} values`);
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (thrown) {
    throw refuse('it is not JSON', thrown);
  }
}

/** 'run-unreadable' for a file of a run, a sweep or a recording. */
export function runUnreadable(
  file: string,
  why: string,
  cause?: unknown,
  advice = 'Choose another run, sweep or recording, or remove this folder.',
): ThreadmillError {
  return new ThreadmillError('run-unreadable', `cannot read ${file}: ${why}`, { advice, cause });
}

/** The same for a file beside run.json or recording.json: the rest of the folder stays usable. */
export function sidecarUnreadable(file: string, why: string, cause?: unknown): ThreadmillError {
  const advice =
    'Was it changed or removed? For a run, exports can leave it out with --variant or --round; csv-trials needs run.json only.';
  return runUnreadable(file, why, cause, advice);
}
