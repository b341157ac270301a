import { createReadStream, type ReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuProfileFile } from '../core/documents/v8-profiles.ts';
import { messageOf, ThreadmillError } from '../core/errors.ts';
import type { VariantName } from '../core/variants.ts';
import { isHeapOfThread, type ThreadHeapProfile } from '../profile/heap-profile.ts';
import { isOfThread, type ThreadProfile } from '../profile/profile.ts';
import { CHUNK_BYTES, readCpuProfile } from '../profile/read-cpu-profile.ts';
import { readHeapProfile } from '../profile/read-heap-profile.ts';
import type { RunFolder } from './run-folder.ts';

const FILE = /^thread-(\d+)\.\w+$/;

/** Which profiles of threads: of the load, or of the one repetition of the plan that was traced as well. */
export type ProfiledPart = 'load' | 'timeline';

/** Numbers of the threads of a variant that the run has a profile of, main thread first. */
export function profiledThreads(
  folder: RunFolder,
  variant: VariantName,
  part: ProfiledPart = 'load',
): Promise<number[]> {
  return threadsIn(folder.path(...placeOf(variant, part)), 'cpuprofile');
}

/** Numbers of the threads that a folder has such files of, main thread first; none if there is no such folder. */
export async function threadsIn(dir: string, extension: 'cpuprofile' | 'heapprofile'): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(`.${extension}`))
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws ThreadmillError `run-unreadable` if it is not there or not what it should be. */
export function readThreadProfile(
  folder: RunFolder,
  variant: VariantName,
  thread: number,
  part: ProfiledPart = 'load',
): Promise<ThreadProfile> {
  return readProfileOfThread(folder.path(threadProfilePath(variant, thread, part)));
}

/** Within the run folder, with `/`. */
export function threadProfilePath(variant: VariantName, thread: number, part: ProfiledPart): string {
  return [...placeOf(variant, part), cpuProfileFile(thread)].join('/');
}

function placeOf(variant: VariantName, part: ProfiledPart): string[] {
  return [variant, 'threads', ...(part === 'timeline' ? ['timeline'] : [])];
}

/** Every profile of a thread in a folder, main thread first. @throws ThreadmillError `run-unreadable` */
export async function profilesIn(dir: string): Promise<ThreadProfile[]> {
  const profiles: ThreadProfile[] = [];
  for (const thread of await threadsIn(dir, 'cpuprofile')) {
    profiles.push(await readProfileOfThread(join(dir, cpuProfileFile(thread))));
  }
  return profiles;
}

/** The same of any file. `called` names it in messages. */
export async function readProfileOfThread(file: string, called = file): Promise<ThreadProfile> {
  const profile = await read(readCpuProfile, file, called, 'threads');
  if (isOfThread(profile)) return profile;
  throw unreadable(`${called} does not say which thread it is of`, 'threads');
}

/** What a thread allocated. `called` names the file in messages. @throws ThreadmillError `run-unreadable` */
export async function readHeapOfThread(file: string, called = file): Promise<ThreadHeapProfile> {
  const profile = await read(readHeapProfile, file, called, 'heap');
  if (isHeapOfThread(profile)) return profile;
  throw unreadable(`${called} does not say which thread it is of and how it was sampled`, 'heap');
}

async function read<P>(
  parse: (stream: ReadStream, called: string) => Promise<P>,
  file: string,
  called: string,
  capture: 'threads' | 'heap',
): Promise<P> {
  try {
    return await parse(createReadStream(file, { highWaterMark: CHUNK_BYTES }), called);
  } catch (cause) {
    if (cause instanceof ThreadmillError) throw cause;
    throw unreadable(`cannot read ${called}: ${messageOf(cause)}`, capture, cause);
  }
}

function unreadable(message: string, capture: 'threads' | 'heap', cause?: unknown): ThreadmillError {
  const advice = `Profile again with \`threadmill profile --captures ${capture}\`.`;
  return new ThreadmillError('run-unreadable', message, { advice, cause });
}
