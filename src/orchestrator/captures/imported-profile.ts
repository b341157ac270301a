import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ImportedProfile } from '../../core/documents/flame.ts';
import type { CallFrame, ThreadInfo } from '../../core/documents/v8-profiles.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { redactText, redactUrl } from '../../core/redaction.ts';
import { frameCategory } from '../../profile/category.ts';
import { FlameBuilder, savedOptions } from '../../profile/flame-tree.ts';
import { pathOfUrl } from '../../profile/frame-path.ts';
import { mapFrames } from '../../profile/map-frames.ts';
import { withPoolWaitsIdle } from '../../profile/pool-waits.ts';
import type { Profile } from '../../profile/profile.ts';
import { CHUNK_BYTES, readCpuProfile } from '../../profile/read-cpu-profile.ts';
import { loadSourceMaps } from './source-maps.ts';

/** A sample takes some 12 bytes in a file and 30 in memory: more would not fit into that of many machines. */
const LARGEST_BYTES = 1024 * 1024 * 1024;
const ADVICE = 'Give a .cpuprofile as written by node --cpu-prof, Chrome DevTools or VS Code.';

/** A file with the profile of one thread. */
export interface ThreadFile {
  readonly file: string;
  /** 0 is the main thread; unique among those of a process. */
  readonly thread: number;
  readonly label: string;
}

/**
 * Reads a profile that was made elsewhere, of one thread or of several of one process, as far as can be known of it:
 * categories by URL, dependencies by package (not by version: what lies in node_modules now need not be what ran),
 * sources by the maps beside the scripts, if these have not been changed since the profile was written. Credentials
 * in names and URLs are removed. Samples are folded into call trees, one thread after another, and let go.
 *
 * @param name what the profile is called where it is shown.
 * @throws ThreadmillError `run-unreadable`, with the file, what is wrong with it and where.
 */
export async function readImportedProfile(
  files: readonly ThreadFile[],
  name: string,
): Promise<ImportedProfile> {
  const builder = new FlameBuilder(name);
  const used = new Set<string>();
  const outdated = new Set<string>();
  for (const each of files) await addThread(builder, each, name, { used, outdated });
  return { flame: builder.data(), maps: { used: used.size, outdated: outdated.size } };
}

async function addThread(
  builder: FlameBuilder,
  { file, thread, label }: ThreadFile,
  name: string,
  scripts: Readonly<Record<'used' | 'outdated', Set<string>>>,
): Promise<void> {
  const { profile, writtenMs } = await read(file);
  if (profile.samples.node.length === 0 && profile.endUs === profile.startUs) {
    throw unreadable(`${file} holds no time: it has no samples, and ends when it begins`);
  }
  const { threadmillRoot, packages } = profile.thread ?? ({} as Partial<ThreadInfo>);
  const options = savedOptions({
    ...(threadmillRoot === undefined ? {} : { threadmillRoot }),
    ...(packages === undefined ? {} : { packages }),
  });
  const own = profile.frames.filter((frame) => {
    return pathOfUrl(frame.url) !== null && frameCategory(frame, options) !== 'dependency';
  });
  const { current, outdated } = await byAge(new Set(own.map(({ url }) => url)), writtenMs);
  const maps = await loadSourceMaps(current, () => undefined);
  const mapped = mapFrames(withPoolWaitsIdle(profile), maps);
  const frames = mapped.frames.map(withoutSecrets);
  builder.add({ ...mapped, frames, thread: { thread, label, variant: name } }, options);
  for (const url of current) if (maps(url) !== null) scripts.used.add(url);
  for (const url of outdated) scripts.outdated.add(url);
}

async function read(file: string): Promise<{ profile: Profile; writtenMs: number }> {
  try {
    const { size, mtimeMs } = await stat(file).then((found) => {
      if (found.isDirectory()) throw unreadable(`${file} is a folder`, 'Name the .cpuprofile in it.');
      return found;
    });
    if (size > LARGEST_BYTES) throw tooLarge(file);
    return { profile: await readCpuProfile(bounded(file), file), writtenMs: mtimeMs };
  } catch (thrown) {
    if (thrown instanceof ThreadmillError) throw thrown;
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing
      ? unreadable(`there is no file ${file}`, ADVICE, thrown)
      : unreadable(`cannot read ${file}: ${messageOf(thrown)}`, ADVICE, thrown);
  }
}

/** A pipe does not say beforehand how much comes out of it. */
async function* bounded(file: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    bytes += (chunk as Buffer).length;
    if (bytes > LARGEST_BYTES) throw tooLarge(file);
    yield chunk as Buffer;
  }
}

/** Of scripts that are there: those that were not changed after the profile, and those that were. */
async function byAge(
  urls: Iterable<string>,
  writtenMs: number,
): Promise<{ readonly current: readonly string[]; readonly outdated: readonly string[] }> {
  const current: string[] = [];
  const outdated: string[] = [];
  for (const url of urls) {
    const found = await stat(pathOfUrl(url) ?? '').catch(() => null);
    if (found === null) continue;
    if (found.mtimeMs > writtenMs) outdated.push(url);
    else current.push(url);
  }
  return { current, outdated };
}

function withoutSecrets(frame: CallFrame): CallFrame {
  return { ...frame, functionName: redactText(frame.functionName), url: redactUrl(frame.url) };
}

function tooLarge(file: string): ThreadmillError {
  return unreadable(
    `${file} is larger than ${LARGEST_BYTES / 2 ** 30} GiB`,
    'Take a shorter profile, or one with a longer --cpu-prof-interval.',
  );
}

function unreadable(message: string, advice = ADVICE, cause?: unknown): ThreadmillError {
  return new ThreadmillError('run-unreadable', message, { advice, cause });
}
