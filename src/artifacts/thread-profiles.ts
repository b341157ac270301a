import { readdir, readFile } from 'node:fs/promises';
import { messageOf, ThreadmillError } from '../errors.ts';
import { parseCpuProfile } from '../profile/parse-cpu-profile.ts';
import type { ThreadProfile } from '../types/cpu-profile.ts';
import type { VariantName } from '../types/variant-names.ts';
import type { RunFolder } from './run-folder.ts';

const FILE = /^thread-(\d+)\.cpuprofile$/;

/** Numbers of the threads of a variant that the run has a profile of, main thread first. */
export async function profiledThreads(folder: RunFolder, variant: VariantName): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(folder.path(variant, 'threads'));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws ThreadmillError `run-unreadable` if it is not there or not what it should be. */
export async function readThreadProfile(
  folder: RunFolder,
  variant: VariantName,
  thread: number,
): Promise<ThreadProfile> {
  const file = folder.path(variant, 'threads', `thread-${thread}.cpuprofile`);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw unreadable(`cannot read ${file}: ${messageOf(cause)}`, cause);
  }
  const profile = parseCpuProfile(content, file);
  if (isThreadProfile(profile)) return profile;
  throw unreadable(`${file} does not say which thread it is of`);
}

function unreadable(message: string, cause?: unknown): ThreadmillError {
  const advice = 'Profile again with `threadmill profile --captures threads`.';
  return new ThreadmillError('run-unreadable', message, { advice, cause });
}

function isThreadProfile(profile: object): profile is ThreadProfile {
  const own = 'threadmill' in profile ? profile.threadmill : null;
  if (typeof own !== 'object' || own === null) return false;
  const { thread, label, variant } = own as Partial<Record<string, unknown>>;
  return typeof thread === 'number' && typeof label === 'string' && typeof variant === 'string';
}
