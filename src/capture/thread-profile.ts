import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ThreadmillError } from '../errors.ts';
import { parseCpuProfile } from '../profile/parse-cpu-profile.ts';
import type { ThreadProfile } from '../types/cpu-profile.ts';
import { entriesOf } from './keep.ts';

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
  const profile = parseCpuProfile(await readJson(file), file);
  if (isThreadProfile(profile)) return profile;
  throw new ThreadmillError('run-unreadable', `${file} does not say which thread it is of.`, {
    advice: 'Take the profiles again with `threadmill profile --captures threads`.',
  });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ThreadmillError('run-unreadable', `${file} can't be read: ${messageOf(error)}`, {
      advice: 'Take the profiles again with `threadmill profile --captures threads`.',
      cause: error,
    });
  }
}

function isThreadProfile(profile: object): profile is ThreadProfile {
  const own =
    'threadmill' in profile ? (profile.threadmill as Partial<ThreadProfile['threadmill']> | null) : null;
  return typeof own?.thread === 'number' && typeof own.label === 'string' && typeof own.variant === 'string';
}
