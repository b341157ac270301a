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

/** Processes so far and whether the recording of each is over, from their .meta files only. */
export async function readStates(
  folder: RecordingFolder,
): Promise<{ readonly pid: number; readonly isOver: boolean }[]> {
  const metas = (await folder.rawFiles()).filter((name) => name.endsWith('.meta'));
  const read = await Promise.all(metas.map((name) => linesOf<MetaLine>(folder.path('raw', name))));
  return read.flatMap((meta) => {
    const process = meta.find((line) => line.k === 'process');
    return process === undefined
      ? []
      : [{ pid: process.pid, isOver: process.skipped !== null || hasEnded(meta) }];
  });
}

function hasEnded(meta: readonly MetaLine[]): boolean {
  return meta.some((line) => line.k === 'end');
}

/** Recorded processes in order of their start. */
export async function readRaw(folder: RecordingFolder): Promise<RawProcess[]> {
  const names = await folder.rawFiles();
  const path = (name: string): string => folder.path('raw', name);
  const found: RawProcess[] = [];
  for (const name of names) {
    const key = /^(.+)\.meta$/.exec(name)?.[1];
    if (key === undefined) continue;
    const meta = await linesOf<MetaLine>(path(name));
    const process = meta.find((line) => line.k === 'process');
    if (process === undefined) continue;
    const agents = new Map<number, AgentLine[]>();
    for (const other of names) {
      const thread = new RegExp(`^${key}\\.(\\d+)\\.thread$`).exec(other)?.[1];
      if (thread !== undefined) agents.set(Number(thread), await agentLines(path(other)));
    }
    const samples = names
      .flatMap((other) => new RegExp(`^${key}\\.(\\d+)\\.samples$`).exec(other) ?? [])
      .filter((text) => /^\d+$/.test(text))
      .map(Number)
      .sort((a, b) => a - b);
    found.push({
      process,
      threads: meta.filter((line) => line.k === 'thread'),
      unsampled: meta.filter((line) => line.k === 'unsampled').length,
      frames: meta.filter((line) => line.k === 'frame').map(({ f }) => callFrame(f)),
      pool: meta.filter((line) => line.k === 'pool'),
      droppedUntilUs: meta.findLast((line) => line.k === 'dropped')?.untilUs ?? null,
      endedInOrder: hasEnded(meta),
      agents,
      maps: names.includes(`${key}.maps`) ? await linesOf<MapLine>(path(`${key}.maps`)) : [],
      heaps: new Map(
        names.flatMap((other): [number, string][] => {
          const thread = new RegExp(`^${key}\\.(\\d+)\\.heap$`).exec(other)?.[1];
          return thread === undefined ? [] : [[Number(thread), path(other)]];
        }),
      ),
      async *windows() {
        for (const number of samples) yield* streamed<WindowLine>(path(`${key}.${number}.samples`));
      },
    });
  }
  return found.sort((a, b) => a.process.startUs - b.process.startUs);
}

function callFrame([functionName, url, lineNumber, columnNumber]: readonly [
  string,
  string,
  number,
  number,
]): CallFrame {
  return { functionName, scriptId: '0', url, lineNumber, columnNumber };
}

/** Waits with one key as one line, and the longest spans only: an hour of a server has millions of both. */
async function agentLines(file: string): Promise<AgentLine[]> {
  const waits = new Map<string, WaitLine>();
  const others: AgentLine[] = [];
  let spans: SpanLine[] = [];
  for await (const line of streamed<AgentLine>(file)) {
    if (line.k === 'span') spans.push(line);
    else if (line.k === 'wait') {
      const key = `${line.kind}\0${line.target}\0${line.site}`;
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
    count: wait.count + other.count,
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
