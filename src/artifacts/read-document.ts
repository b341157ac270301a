import { readFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf, ThreadmillError } from '../errors.ts';
import { errnoOf } from './output-errors.ts';

/** A larger run.json or sweep.json was not written by Threadmill; reading it could take all memory. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** Rejects with 'run-unreadable' (missing, too large, not JSON, too new, not valid) and says which. */
export async function readDocument<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const unreadable = (why: string, cause?: unknown): ThreadmillError =>
    new ThreadmillError('run-unreadable', `cannot read ${file}: ${why}`, {
      advice: 'Choose another run with `threadmill report <run>`, or remove this folder.',
      cause,
    });

  let parsed: unknown;
  try {
    const found = await stat(file);
    // A pipe would be waited for.
    if (!found.isFile()) throw unreadable('it is no file');
    const { size } = found;
    if (size > LARGEST_BYTES) throw unreadable(`it is too large (${size} bytes)`);
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (thrown) {
    if (thrown instanceof ThreadmillError) throw thrown;
    if (errnoOf(thrown) === 'ENOENT') throw unreadable('there is no such file', thrown);
    throw unreadable(thrown instanceof SyntaxError ? 'it is not JSON' : messageOf(thrown), thrown);
  }
  const version = schemaVersionOf(parsed);
  if (version !== null && version > 1) {
    throw unreadable(`its schemaVersion is ${version}, and this Threadmill knows 1 only`);
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw unreadable(`it is not a valid record (${where}${issue?.message})`);
}

function schemaVersionOf(parsed: unknown): number | null {
  if (typeof parsed !== 'object' || parsed === null || !('schemaVersion' in parsed)) return null;
  return typeof parsed.schemaVersion === 'number' ? parsed.schemaVersion : null;
}
