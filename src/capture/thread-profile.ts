import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { messageOf, ThreadmillError } from '../errors.ts';
import { isOfThread, type Profile, type ThreadProfile } from '../profile/profile.ts';
import { CHUNK_BYTES, readCpuProfile } from '../profile/read-cpu-profile.ts';
import { entriesOf } from './keep.ts';

const ADVICE = 'Take the profiles again with `threadmill profile --captures threads`.';
const FILE = /^thread-(\d+)\.cpuprofile$/;

/** File name of a thread's profile. */
export function profileFile(thread: number): string {
  return `thread-${thread}.cpuprofile`;
}

/**
 * The profiles that a `threads` capture has left in a folder, main thread first; none if it left none.
 *
 * @throws ThreadmillError `run-unreadable` if one is not what it should be.
 */
export async function readThreadProfiles(folder: string): Promise<ThreadProfile[]> {
  const threads = (await entriesOf(folder))
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const profiles: ThreadProfile[] = [];
  for (const thread of threads) profiles.push(await readThreadProfile(join(folder, profileFile(thread))));
  return profiles;
}

/** @throws ThreadmillError `run-unreadable`. */
export async function readThreadProfile(file: string): Promise<ThreadProfile> {
  const profile = await read(file);
  if (isOfThread(profile)) return profile;
  throw new ThreadmillError('run-unreadable', `${file} does not say which thread it is of.`, {
    advice: ADVICE,
  });
}

async function read(file: string): Promise<Profile> {
  try {
    return await readCpuProfile(createReadStream(file, { highWaterMark: CHUNK_BYTES }), file);
  } catch (error) {
    if (error instanceof ThreadmillError) throw error;
    throw new ThreadmillError('run-unreadable', `${file} can't be read: ${messageOf(error)}`, {
      advice: ADVICE,
      cause: error,
    });
  }
}
