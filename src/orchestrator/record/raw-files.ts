import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type {
  AgentLine,
  MapLine,
  MetaLine,
  PoolLine,
  ProcessLine,
  SpanLine,
  ThreadLine,
  WaitLine,
  WindowLine,
} from '../../core/documents/recorder-lines.ts';
import { RECORDING_LIMITS } from '../../core/documents/recording.ts';
import type { CallFrame } from '../../core/documents/v8-profiles.ts';
import type { RecordingFolder } from '../../store/recording-folder.ts';

export interface RawProcess {
  readonly process: ProcessLine;
  readonly threads: readonly ThreadLine[];
  /** Number of threads that take a profile of their own. */
  readonly unsampled: number;
  /** Indexed by the numbers in windows. */
  readonly frames: readonly CallFrame[];
  readonly pool: readonly PoolLine[];
  readonly droppedUntilUs: number | null;
  readonly endedInOrder: boolean;
  /** Lines of each thread by `threadId`. */
  readonly agents: ReadonlyMap<number, readonly AgentLine[]>;
  readonly maps: readonly MapLine[];
  /** Heap profile file of each thread by `threadId`. */
  readonly heaps: ReadonlyMap<number, string>;
  /** Samples of all threads; those of one thread are in order of time. */
  windows(): AsyncGenerator<WindowLine, void, undefined>;
}

interface ProcessState {
  readonly pid: number;
  readonly isOver: boolean;
}

/**
 * Processes so far and whether the recording of each is over, from their .meta files only.
 * @param over states by file, from earlier calls: what is over is not read again
 */
export async function readStates(
  folder: RecordingFolder,
  over = new Map<string, ProcessState>(),
): Promise<ProcessState[]> {
  const metas = (await folder.rawFiles()).filter((name) => name.endsWith('.meta'));
  const states = await Promise.all(
    metas.map(async (name) => {
      const path = folder.path('raw', name);
      const known = over.get(path);
      if (known !== undefined) return [known];
      const meta = await linesOf<MetaLine>(path);
      const process = meta.find((line) => line.k === 'process');
      if (process === undefined) return [];
      const state = { pid: process.pid, isOver: process.skipped !== null || hasEnded(meta) };
      if (state.isOver) over.set(path, state);
      return [state];
    }),
  );
  return states.flat();
}

function hasEnded(meta: readonly MetaLine[]): boolean {
  return meta.some((line) => line.k === 'end');
}

/** Recorded processes in order of their start. */
export async function readRaw(folder: RecordingFolder): Promise<RawProcess[]> {
  const found: RawProcess[] = [];
  for (const files of filesByKey(await folder.rawFiles(), (name) => folder.path('raw', name)).values()) {
    if (files.meta === null) continue;
    const meta = await linesOf<MetaLine>(files.meta);
    const process = meta.find((line) => line.k === 'process');
    if (process === undefined) continue;
    const agents = new Map<number, AgentLine[]>();
    for (const [thread, file] of files.thread) agents.set(thread, await agentLines(file));
    const samples = [...files.samples].sort(([a], [b]) => a - b);
    found.push({
      process,
      threads: meta.filter((line) => line.k === 'thread'),
      unsampled: meta.filter((line) => line.k === 'unsampled').length,
      frames: meta.filter((line) => line.k === 'frame').map(({ f }) => callFrame(f)),
      pool: meta.filter((line) => line.k === 'pool'),
      droppedUntilUs: meta.findLast((line) => line.k === 'dropped')?.untilUs ?? null,
      endedInOrder: hasEnded(meta),
      agents,
      maps: files.maps === null ? [] : await linesOf<MapLine>(files.maps),
      heaps: files.heap,
      async *windows() {
        for (const [, file] of samples) yield* streamed<WindowLine>(file);
      },
    });
  }
  return found.sort((a, b) => a.process.startUs - b.process.startUs);
}

/** Paths of the files of one process; of those with a number by it. */
interface RawFiles {
  meta: string | null;
  maps: string | null;
  readonly thread: Map<number, string>;
  readonly samples: Map<number, string>;
  readonly heap: Map<number, string>;
}

function filesByKey(names: readonly string[], path: (name: string) => string): Map<string, RawFiles> {
  const found = new Map<string, RawFiles>();
  for (const name of names) {
    const [, key, whole, number, numbered] =
      /^([^.]+)\.(?:(meta|maps)|(\d+)\.(thread|samples|heap))$/.exec(name) ?? [];
    if (key === undefined) continue;
    const files = found.get(key) ?? newFiles();
    found.set(key, files);
    if (whole !== undefined) files[whole as 'meta' | 'maps'] = path(name);
    else files[numbered as 'thread' | 'samples' | 'heap'].set(Number(number), path(name));
  }
  return found;
}

function newFiles(): RawFiles {
  return { meta: null, maps: null, thread: new Map(), samples: new Map(), heap: new Map() };
}

function callFrame([functionName, url, lineNumber, columnNumber]: readonly [
  string,
  string,
  number,
  number,
]): CallFrame {
  return { functionName, scriptId: '0', url, lineNumber, columnNumber };
}

/** Waits of one kind for one target as one line, and the longest spans only: an hour of a server has millions of both. */
async function agentLines(file: string): Promise<AgentLine[]> {
  const waits = new Map<string, WaitLine>();
  const others: AgentLine[] = [];
  let spans: SpanLine[] = [];
  for await (const line of streamed<AgentLine>(file)) {
    if (line.k === 'span') spans.push(line);
    else if (line.k === 'wait') {
      const key = `${line.kind}\0${line.target}`;
      waits.set(key, sumOf(line, waits.get(key)));
    } else others.push(line);
    if (spans.length >= 2 * RECORDING_LIMITS.spans) spans = longest(spans, RECORDING_LIMITS.spans);
  }
  return [...others, ...waits.values(), ...spans];
}

function sumOf(wait: WaitLine, other: WaitLine | undefined): WaitLine {
  if (other === undefined) return wait;
  return {
    ...wait,
    site: other.site ?? wait.site,
    count: wait.count + other.count,
    long: wait.long + other.long,
    failed: wait.failed + other.failed,
    totalUs: wait.totalUs + other.totalUs,
    maxUs: Math.max(wait.maxUs, other.maxUs),
  };
}

export function longest<T extends { readonly startUs: number; readonly endUs: number }>(
  list: readonly T[],
  most: number,
): T[] {
  return [...list].sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs)).slice(0, most);
}

/** Skips lines that are no JSON: the last one may be cut off. None if the file is gone. */
async function linesOf<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => parsed<T>(line));
}

async function* streamed<T>(file: string): AsyncGenerator<T, void, undefined> {
  const input = createReadStream(file);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield* parsed<T>(line);
  }
}

function parsed<T>(line: string): T[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as T];
  } catch {
    return [];
  }
}
