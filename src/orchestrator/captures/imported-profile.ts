import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { verdictsOf } from '../../analysis/recording/verdict.ts';
import type { FlameData, FrameCategory } from '../../core/documents/flame.ts';
import type {
  LoadedRecording,
  RecordedProcess,
  RecordedThread,
  Recording,
} from '../../core/documents/recording.ts';
import type { Warning } from '../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import type { CallFrame, ThreadInfo } from '../../core/documents/v8-profiles.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { formatPlural } from '../../core/format.ts';
import { redactText, redactUrl } from '../../core/redaction.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { frameCategory } from '../../profile/category.ts';
import { FlameBuilder, savedOptions } from '../../profile/flame-tree.ts';
import { pathOfUrl } from '../../profile/frame-path.ts';
import { mapFrames } from '../../profile/map-frames.ts';
import { withPoolWaitsIdle } from '../../profile/pool-waits.ts';
import type { Profile, ThreadProfile } from '../../profile/profile.ts';
import { CHUNK_BYTES, readCpuProfile } from '../../profile/read-cpu-profile.ts';
import { shortPaths } from '../../profile/short-paths.ts';
import { RecordingTimeline } from '../../profile/timeline/recording-timeline.ts';
import { timeByCategory } from '../../profile/top-functions.ts';
import { busySpans, unionMs } from '../record/thread-facts.ts';
import { loadSourceMaps } from './source-maps.ts';

/** A sample takes some 12 bytes in a file and 30 in memory: more would not fit into that of many machines. */
const LARGEST_BYTES = 1024 * 1024 * 1024;
const ADVICE = 'Give a .cpuprofile as written by node --cpu-prof, Chrome DevTools or VS Code.';

export interface ThreadFile {
  readonly file: string;
  /** 0 is the main thread; unique among those of a process. */
  readonly thread: number;
  readonly label: string;
}

/**
 * Reads profiles that were made elsewhere, of the threads of one process, as far as can be known of it: categories by
 * URL, dependencies by package (not by version: what lies in node_modules now need not be what ran), sources by the
 * maps beside the scripts, if these have not been changed since the profile was written. Credentials in names and URLs
 * are removed. No script's text is read: somebody else's profile could name any file. Samples are folded into call
 * trees, one thread after another, and let go; for the timeline of a single process files are read a second time.
 * @param groups the threads of each process.
 * @param commandLine draws their page again.
 * @throws ThreadmillError `run-unreadable`, with the file, what is wrong with it and where.
 */
export async function importProfiles(
  groups: readonly ProfileFiles[],
  commandLine: string,
): Promise<LoadedRecording[]> {
  const read: ProcessRead[] = [];
  for (const group of groups) read.push(await readProcess(group));
  const flames = shortPaths(read.map(({ flame }) => flame));
  const loaded = read.map((each, index): LoadedRecording => {
    const flame = flames[index]!;
    const recording = recordingOf(each, flame, commandLine);
    const problems = problemsOf(flame, each.outdated);
    const allocations = { flame: { ...flame, frames: [], threads: [] }, variance: [], intervalBytes: 1 };
    return { imported: true, recording, flame, allocations, timeline: null, sources: [], problems };
  });
  const [only] = loaded;
  if (only === undefined || loaded.length > 1) return loaded;
  const timeline = new RecordingTimeline(only.recording, {
    schemaVersion: SCHEMA_VERSION,
    threads: [],
    spans: [],
  });
  for (const file of groups[0]!.files) timeline.add((await readThread(file, only.recording.name)).profile);
  const [, drawn] = shortPaths<Pick<Timeline, 'frames'>>([read[0]!.flame, timeline.timeline()]);
  return [{ ...only, timeline: drawn as Timeline }];
}

interface ProfileFiles {
  readonly name: string;
  readonly files: readonly ThreadFile[];
}

interface ProcessRead {
  readonly name: string;
  readonly flame: FlameData;
  readonly threads: readonly ThreadRead[];
  /** Scripts left as they are, because they were changed after the profile was written. */
  readonly outdated: number;
}

async function readProcess({ name, files }: ProfileFiles): Promise<ProcessRead> {
  const builder = new FlameBuilder(name);
  const outdated = new Set<string>();
  const threads: ThreadRead[] = [];
  for (const file of files) {
    const { profile, writtenMs, ...found } = await readThread(file, name);
    builder.add(profile);
    for (const url of found.outdated) outdated.add(url);
    const spans = file.thread === 0 ? [] : busySpans(profile);
    threads.push({ ...file, startUs: profile.startUs, endUs: profile.endUs, writtenMs, spans });
  }
  return { name, flame: builder.data(), threads, outdated: outdated.size };
}

interface ThreadRead extends ThreadFile {
  readonly startUs: number;
  readonly endUs: number;
  readonly writtenMs: number;
  /** When it was busy; not needed for the main thread. */
  readonly spans: readonly (readonly [number, number])[];
}

/** What the samples alone tell. */
function recordingOf({ name, threads: read }: ProcessRead, flame: FlameData, commandLine: string): Recording {
  const startUs = Math.min(...read.map((each) => each.startUs));
  const endUs = Math.max(...read.map((each) => each.endUs));
  const written = new Date(Math.max(...read.map(({ writtenMs }) => writtenMs))).toISOString();
  const process: RecordedProcess = {
    ...{ pid: 0, ppid: 0, name, commandLine: '', cwd: '', node: '', startUs, endUs, ended: 'in-order' },
    ...{ skipped: null, cpuMs: null, rssPeakBytes: null, pool: null, droppedUntilUs: null },
    workersBusyMs: unionMs(read.flatMap(({ spans }) => spans)),
  };
  const threads = read.map((each) => threadOf(each, flame));
  const facts = { processes: [process], threads, stalls: [], waits: [], flame };
  return {
    ...{ schemaVersion: SCHEMA_VERSION, id: '', threadmill: '', name, commandLine, command: name, cwd: '' },
    ...{ createdAt: written, finishedAt: written, startedAt: written, exit: null },
    settings: {
      ...{ intervalUs: 0, stallMs: 0, waits: false, delayMs: null, durationMs: null },
      ...{ include: [], exclude: [] },
    },
    machine: { node: '', platform: '', arch: '', cpuModel: '', availableCpus: 0 },
    ...{
      startUs,
      endUs,
      processes: [process],
      threads,
      stalls: [],
      waits: [],
      others: [],
      exported: [],
      gates: [],
      warnings: [],
    },
    verdicts: verdictsOf({
      ...{ ...facts, spanMs: (endUs - startUs) / 1_000 },
      ...{ availableCpus: null, cpuDemand: null },
    }),
  };
}

function threadOf({ thread, label, startUs, endUs }: ThreadRead, flame: FlameData): RecordedThread {
  const msOf = (isWanted: (category: FrameCategory) => boolean): number =>
    sumOf(timeByCategory(flame, { thread }), ({ category, self }) => (isWanted(category) ? self : 0)) / 1_000;
  return {
    ...{ thread, process: 0, threadId: thread, label, role: thread === 0 ? 'main' : 'worker', script: null },
    ...{ startUs, endUs, profile: null, sampledMs: (endUs - startUs) / 1_000, recorderMs: 0 },
    samples: flame.threads.find((each) => each.thread === thread)?.samples ?? 0,
    busyMs: msOf((category) => category !== 'idle'),
    ...{ cpuMs: null, cpuWaitMs: null, lag: null, heapPeakBytes: null },
    gc: { count: 0, totalMs: msOf((category) => category === 'gc'), longestMs: 0 },
    ...{ messages: { sent: 0, sendMs: 0 }, stalls: { count: 0, totalMs: 0 } },
  };
}

function problemsOf({ threads }: FlameData, outdated: number): Warning[] {
  const problems: Omit<Warning, 'variant'>[] = [];
  if (outdated > 0) {
    problems.push({
      code: 'source-map-outdated',
      message: `${formatPlural(outdated, 'script')} changed after the profile was written: no source map of ${outdated === 1 ? 'it' : 'those'} is used.`,
      advice: 'Take the profile again.',
    });
  }
  if (threads.some(({ samples }) => samples === 0)) {
    problems.push({
      code: 'no-samples',
      message: 'A profile has no samples: its time is shared out by hit counts.',
      advice: 'Take it with Node or Chrome DevTools, which write samples.',
    });
  }
  return problems.map((problem) => ({ ...problem, variant: null }));
}

async function readThread(
  { file, thread, label }: ThreadFile,
  name: string,
): Promise<{
  readonly profile: ThreadProfile;
  readonly writtenMs: number;
  readonly outdated: readonly string[];
}> {
  const { profile, writtenMs } = await read(file);
  if (profile.samples.node.length === 0 && profile.endUs === profile.startUs) {
    throw unreadable(`${file} holds no time: it has no samples, and ends when it begins`);
  }
  const { threadmillRoot, packages } = profile.thread ?? ({} as Partial<ThreadInfo>);
  const info: ThreadInfo = {
    ...{ thread, label, variant: name },
    ...(threadmillRoot === undefined ? {} : { threadmillRoot }),
    ...(packages === undefined ? {} : { packages }),
  };
  const options = savedOptions(info);
  const own = profile.frames.filter((frame) => {
    return pathOfUrl(frame.url) !== null && frameCategory(frame, options) !== 'dependency';
  });
  const { current, outdated } = await byAge(new Set(own.map(({ url }) => url)), writtenMs);
  const maps = await loadSourceMaps(current, () => undefined);
  const mapped = mapFrames(withPoolWaitsIdle(profile), maps);
  const frames = mapped.frames.map(withoutSecrets);
  return { profile: { ...mapped, frames, thread: info }, writtenMs, outdated };
}

async function read(file: string): Promise<{ profile: Profile; writtenMs: number }> {
  try {
    const found = await stat(file);
    if (!found.isFile()) {
      throw unreadable(`${file} is not a file`, 'Give the path of a .cpuprofile, and no folder or pipe.');
    }
    if (found.size > LARGEST_BYTES) {
      throw unreadable(
        `${file} is larger than ${LARGEST_BYTES / 2 ** 30} GiB`,
        'Take a shorter profile, or one with a longer --cpu-prof-interval.',
      );
    }
    const chunks = createReadStream(file, { highWaterMark: CHUNK_BYTES });
    return { profile: await readCpuProfile(chunks, file), writtenMs: found.mtimeMs };
  } catch (thrown) {
    if (thrown instanceof ThreadmillError) throw thrown;
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing
      ? unreadable(`there is no file ${file}`, ADVICE, thrown)
      : unreadable(`cannot read ${file}: ${messageOf(thrown)}`, ADVICE, thrown);
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
    if (!found?.isFile()) continue;
    if (found.mtimeMs > writtenMs) outdated.push(url);
    else current.push(url);
  }
  return { current, outdated };
}

function withoutSecrets(frame: CallFrame): CallFrame {
  return { ...frame, functionName: redactText(frame.functionName), url: redactUrl(frame.url) };
}

function unreadable(message: string, advice = ADVICE, cause?: unknown): ThreadmillError {
  return new ThreadmillError('run-unreadable', message, { advice, cause });
}
