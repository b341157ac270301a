import type { z } from 'zod';
import { SCHEMA_VERSION } from '../core/documents/schema-version.ts';
import type { ThreadmillError } from '../core/errors.ts';
import { FOLDER_LIMITS } from '../core/limits.ts';
import { readJson, readSidecar, runUnreadable, sidecarUnreadable } from './read-json.ts';

/** Keys of somebody else's file end in messages. */
const LONGEST_ISSUE = 200;
/** Ends with the first issue: all issues of a large file could take more memory than the file. */
const FIRST_ISSUE: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

/** Rejects with 'run-unreadable' (missing, too large, not JSON, of another version, not valid) and says which. */
export async function readDocument<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const refuse = (why: string, cause?: unknown) => runUnreadable(file, why, cause);
  const parsed = await readJson(file, FOLDER_LIMITS.documentBytes, refuse);
  const version = schemaVersionOf(parsed);
  if (version !== null && version !== SCHEMA_VERSION) {
    throw refuse(
      `its schemaVersion is ${version}, and this Threadmill reads ${SCHEMA_VERSION}: ` +
        (version < SCHEMA_VERSION ? 'an earlier Threadmill wrote it' : 'a later Threadmill wrote it'),
    );
  }
  return checked(parsed, schema, refuse);
}

/** The same for a file beside run.json, `called` so in messages. */
export async function readSidecarAs<T>(file: string, called: string, schema: z.ZodType<T>): Promise<T> {
  return checked(await readSidecar(file, called), schema, (why) => sidecarUnreadable(called, why));
}

function checked<T>(parsed: unknown, schema: z.ZodType<T>, refuse: (why: string) => ThreadmillError): T {
  const result = schema.safeParse(parsed, FIRST_ISSUE);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw refuse(`it is not a valid record (${`${where}${issue?.message}`.slice(0, LONGEST_ISSUE)})`);
}

function schemaVersionOf(parsed: unknown): number | null {
  if (typeof parsed !== 'object' || parsed === null || !('schemaVersion' in parsed)) return null;
  return typeof parsed.schemaVersion === 'number' ? parsed.schemaVersion : null;
}
