import { createReadStream } from 'node:fs';
import { messageOf, ThreadmillError } from '../core/errors.ts';
import { type HeapProfile, isHeapOfThread, type ThreadHeapProfile } from '../profile/heap-profile.ts';
import { CHUNK_BYTES } from '../profile/read-cpu-profile.ts';
import { readHeapProfile } from '../profile/read-heap-profile.ts';

/** What a thread allocated. @param called names the file in messages. @throws ThreadmillError `run-unreadable` */
export async function readHeapOfThread(file: string, called = file): Promise<ThreadHeapProfile> {
  const profile = await read(file, called);
  if (isHeapOfThread(profile)) return profile;
  throw unreadable(`${called} does not say which thread it is of and how it was sampled`);
}

async function read(file: string, called: string): Promise<HeapProfile> {
  try {
    return await readHeapProfile(createReadStream(file, { highWaterMark: CHUNK_BYTES }), called);
  } catch (cause) {
    if (cause instanceof ThreadmillError) throw cause;
    throw unreadable(`cannot read ${called}: ${messageOf(cause)}`, cause);
  }
}

function unreadable(message: string, cause?: unknown): ThreadmillError {
  const advice = 'Profile again with `threadmill profile --captures heap`.';
  return new ThreadmillError('run-unreadable', message, { advice, cause });
}
