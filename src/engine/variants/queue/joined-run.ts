import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Redis } from 'ioredis';
import {
  type Announcement,
  checkFile,
  type FileName,
  keysOf,
  MAX_FILES_BYTES,
  ownEntry,
  parseAnnouncement,
  type QueueRun,
  queueError,
  RUN_KEY,
} from './protocol.ts';

/** The run that uses the queue now. */
export async function currentRun(client: Redis): Promise<Announcement | null> {
  const text = await client.get(RUN_KEY);
  return text === null ? null : parseAnnouncement(text);
}

/** @throws {ThreadmillError} 'queue-unusable': it is too large, or not what was announced */
export async function fetchFile(client: Redis, run: Announcement, name: FileName): Promise<Buffer> {
  const { files } = keysOf(run.id);
  const bytes = await client.hstrlen(files, name);
  if (bytes > MAX_FILES_BYTES) {
    throw queueError(
      `${name} of the run has ${bytes} bytes, and a worker takes at most ${MAX_FILES_BYTES}`,
      'Somebody else writes to this queue: give Threadmill a database of its own.',
    );
  }
  const found = (await client.hgetBuffer(files, name)) ?? Buffer.alloc(0);
  checkFile(run, name, found);
  return found;
}

/** Writes the bundle of the run to a folder here. @returns its URL */
export async function writeBundle(
  client: Redis,
  run: Announcement,
  given: QueueRun,
  folder: string,
): Promise<string> {
  const text = (await fetchFile(client, run, 'bundle')).toString('utf8');
  const file = join(folder, 'workload.js');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  // It imports the coordinator's copy of `threadmill`; here is another.
  const entry = JSON.stringify(ownEntry());
  await writeFile(
    file,
    text.replaceAll(JSON.stringify(given.ownEntry), () => entry),
  );
  return pathToFileURL(file).href;
}
