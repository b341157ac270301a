import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TraceMap } from '@jridgewell/trace-mapping';
import { verdictsOf } from '../../analysis/recording/verdict.ts';
import { RECORDED_HEAP_INTERVAL_BYTES } from '../../core/documents/capture-settings.ts';
import type { AgentLine, ThreadLine } from '../../core/documents/recorder-lines.ts';
import {
  RECORDING_LIMITS,
  type RecordedProcess,
  type RecordedStall,
  type RecordedThread,
  type RecordedWait,
  type Recording,
  type RecordingEvents,
} from '../../core/documents/recording.ts';
import {
  type CallFrame,
  cpuProfileFile,
  heapProfileFile,
  type ThreadInfo,
} from '../../core/documents/v8-profiles.ts';
import { redactArguments, redactText } from '../../core/redaction.ts';
import { frameCategory } from '../../profile/category.ts';
import { displayPath } from '../../profile/display-path.ts';
import { FlameBuilder } from '../../profile/flame-tree.ts';
import { withoutInspector } from '../../profile/heap-cut.ts';
import { mapCallFrames, mapFrames, type SourceMaps } from '../../profile/map-frames.ts';
import { WindowMerger } from '../../profile/merge-windows.ts';
import { withPoolWaitsIdle } from '../../profile/pool-waits.ts';
import type { Profile, ThreadProfile } from '../../profile/profile.ts';
import { readHeapProfile } from '../../profile/read-heap-profile.ts';
import { asNativeSend } from '../../profile/recorder-frames.ts';
import { topFunctions } from '../../profile/top-functions.ts';
import { writeCpuProfile } from '../../profile/write-cpu-profile.ts';
import { writeHeapProfile } from '../../profile/write-heap-profile.ts';
import type { RecordingFolder } from '../../store/recording-folder.ts';
import { exportedAs } from '../../workload/scaffold.ts';
import { packageVersions, THREADMILL_ROOT } from '../captures/in-sources.ts';
import { SavedSources } from '../captures/saved-sources.ts';
import { loadSourceMaps } from '../captures/source-maps.ts';
import type { SeenProcess } from './process-tree.ts';
import type { RawProcess } from './raw-files.ts';
import {
  agentFacts,
  busySpans,
  largest,
  linesOf,
  sampledTime,
  spent,
  stallsOf,
  sum,
  unionMs,
} from './thread-facts.ts';
import { recordingWarnings } from './warnings.ts';

type Collected = Pick<
  Recording,
  | 'startUs'
  | 'endUs'
  | 'startedAt'
  | 'processes'
  | 'threads'
  | 'stalls'
  | 'waits'
  | 'others'
  | 'exported'
  | 'verdicts'
  | 'warnings'
>;

interface Options {
  readonly name: string;
  /** Absolute; paths are shown relative to it. */
  readonly cwd: string;
  readonly stallMs: number;
  readonly availableCpus: number;
  /** Processes below the command, by their numbers. */
  readonly seen: ReadonlyMap<number, SeenProcess>;
}

/** Makes profiles in threads/ and the facts of what the recorder left, one process after another. */
export async function collect(
  folder: RecordingFolder,
  raw: readonly RawProcess[],
  options: Options,
): Promise<Collected> {
  await folder.makeFolder('threads');
  const collector = new Collector(folder, options, raw.length === 1);
  for (const each of raw.slice(0, RECORDING_LIMITS.processes)) await collector.add(each);
  return collector.finish();
}

/** Hot functions of which it is found out whether they are exported. */
const MAX_LOOKED_AT = 10;
/** Of a process. */
export const MAX_NAME = 60;
/** Of a label, which has room for 60 characters in all. */
const MAX_THREAD_NAME = 24;
const MAX_SCRIPT = 16;

class Collector {
  readonly #folder: RecordingFolder;
  readonly #options: Options;
  readonly #isAlone: boolean;
  readonly #flame: FlameBuilder;
  readonly #sources = new SavedSources();
  readonly #processes: RecordedProcess[] = [];
  readonly #threads: RecordedThread[] = [];
  #stalls: RecordedStall[] = [];
  readonly #waits = new Map<string, RecordedWait>();
  readonly #events: RecordingEvents['threads'] = [];
  readonly #spans: RecordingEvents['spans'] = [];
  /** Of the worker threads of the process that is read. */
  #busySpans: [number, number][] = [];
  readonly #children = new Map<number, string>();
  #wallAtStartMs = 0;
  #blind = 0;

  /** @param isAlone threads need not say of which process they are. */
  constructor(folder: RecordingFolder, options: Options, isAlone: boolean) {
    this.#isAlone = isAlone;
    this.#folder = folder;
    this.#options = options;
    this.#flame = new FlameBuilder(options.name);
  }

  async add(raw: RawProcess): Promise<void> {
    const { startUs, wallMs } = raw.process;
    if (this.#processes.length === 0) this.#wallAtStartMs = wallMs;
    const mergers = new Map<number, WindowMerger>();
    for await (const window of raw.windows()) {
      const merger = mergers.get(window.thread) ?? new WindowMerger(raw.frames);
      mergers.set(window.thread, merger);
      merger.add(window);
    }
    const maps = await this.#mapsOf(raw);
    this.#busySpans = [];
    const process = this.#processes.push(this.#processOf(raw)) - 1;
    for (const line of raw.threads) {
      if (this.#threads.length >= RECORDING_LIMITS.threads) break;
      await this.#addThread(raw, process, line, mergers.get(line.thread)?.profile() ?? null, maps);
    }
    const ends = this.#threads.filter((each) => each.process === process).map(({ endUs }) => endUs);
    this.#processes[process] = {
      ...this.#processes[process]!,
      endUs: Math.max(startUs, ...ends),
      workersBusyMs: unionMs(this.#busySpans),
    };
  }

  async finish(): Promise<Collected> {
    const startUs = Math.min(...this.#processes.map((each) => each.startUs));
    const endUs = Math.max(...this.#processes.map((each) => each.endUs));
    const excerpts = await this.#sources.excerpts();
    await this.#folder.writeText('threads/sources.json', `${JSON.stringify(excerpts)}\n`);
    const spans = longest(this.#spans, RECORDING_LIMITS.spans);
    await this.#folder.writeEvents({
      schemaVersion: 2,
      threads: this.#events,
      spans: spans.sort((a, b) => a.startUs - b.startUs),
    });
    const stalls = longest(this.#stalls, RECORDING_LIMITS.stalls).map((stall) => this.#withRequests(stall));
    const waits = [...this.#waits.values()]
      .sort((a, b) => b.totalMs - a.totalMs)
      .slice(0, RECORDING_LIMITS.waits);
    const threads = this.#threads;
    const facts = {
      processes: this.#processes,
      threads,
      stalls,
      waits,
      flame: this.#flame.data(),
      spanMs: (endUs - startUs) / 1_000,
    };
    return {
      ...{ startUs, endUs, startedAt: new Date(this.#wallAtStartMs).toISOString() },
      ...{ processes: this.#processes, threads, stalls, waits, others: this.#others() },
      exported: await this.#exported(),
      verdicts: verdictsOf({ ...facts, availableCpus: this.#options.availableCpus }),
      warnings: recordingWarnings(this.#processes, this.#blind),
    };
  }

  async #addThread(
    raw: RawProcess,
    process: number,
    line: ThreadLine,
    profile: Profile | null,
    maps: SourceMaps,
  ): Promise<void> {
    const thread = this.#threads.length;
    const lines = raw.agents.get(line.thread) ?? [];
    if (lines.length === 0) this.#blind++;
    const label = labelOf(line, this.#isAlone ? null : this.#processes[process]!);
    const saved = profile === null ? null : await this.#save(profile, thread, label, maps);
    const heap = raw.heaps.get(line.thread);
    if (heap !== undefined) await this.#saveHeap(heap, { thread, label }, maps);
    const stalls = stallsOf(thread, lines, saved, this.#options.stallMs * 1_000);
    this.#stalls = this.#stalls.concat(stalls);
    this.#addWaits(lines, maps);
    this.#addEvents(thread, lines);
    const lastUs = linesOf(lines, 'tick').at(-1)?.atUs ?? 0;
    const time = saved === null ? { sampledMs: 0, busyMs: 0, recorderMs: 0 } : sampledTime(saved);
    if (saved !== null && line.thread !== 0) this.#busySpans = this.#busySpans.concat(busySpans(saved));
    this.#threads.push({
      ...{ thread, process, threadId: line.thread, label },
      role: roleOf(line),
      script: line.url === '' || line.thread === 0 ? null : this.#shown(line.url),
      startUs: line.startUs,
      endUs: Math.max(line.startUs, saved?.endUs ?? 0, lastUs),
      profile: saved === null ? null : `threads/${cpuProfileFile(thread)}`,
      samples: saved?.samples.node.length ?? 0,
      ...time,
      ...agentFacts(lines),
      stalls: {
        count: stalls.length,
        totalMs: stalls.reduce((sum, { startUs, endUs }) => sum + (endUs - startUs) / 1_000, 0),
      },
    });
  }

  async #save(profile: Profile, thread: number, label: string, maps: SourceMaps): Promise<ThreadProfile> {
    const { name: variant } = this.#options;
    const named: ThreadProfile = { ...withPoolWaitsIdle(profile), thread: { thread, label, variant } };
    const mapped = mapFrames(named, maps);
    const saved: ThreadProfile = {
      ...mapped,
      frames: this.#redacted(mapped.frames.map(asNativeSend)),
      thread: { ...named.thread, ...(await this.#shownAs(mapped.frames)) },
    };
    this.#sources.add(named, saved, maps);
    this.#flame.add(saved);
    await writeFile(this.#folder.path('threads', cpuProfileFile(thread)), writeCpuProfile(saved));
    return saved;
  }

  /** One that can't be read was being written as the process ended. */
  async #saveHeap(
    file: string,
    { thread, label }: { readonly thread: number; readonly label: string },
    maps: SourceMaps,
  ): Promise<void> {
    const read = await readHeapProfile(createReadStream(file), 'it').catch(() => null);
    if (read === null) return;
    const profile = withoutInspector(read);
    const frames = this.#redacted(mapCallFrames(profile.frames, maps));
    const { name: variant } = this.#options;
    const info = { thread, label, variant, intervalBytes: RECORDED_HEAP_INTERVAL_BYTES };
    const saved = { ...profile, frames, thread: { ...info, ...(await this.#shownAs(frames)) } };
    await writeFile(this.#folder.path('threads', heapProfileFile(thread)), writeHeapProfile(saved));
  }

  #redacted(frames: readonly CallFrame[]): CallFrame[] {
    return frames.map((frame) => ({
      ...frame,
      functionName: redactText(frame.functionName),
      url: frame.url.startsWith('data:') ? 'data:' : redactText(frame.url),
    }));
  }

  async #shownAs(
    frames: readonly CallFrame[],
  ): Promise<Pick<ThreadInfo, 'displayRoot' | 'threadmillRoot' | 'packages'>> {
    return {
      displayRoot: this.#options.cwd.replaceAll('\\', '/'),
      threadmillRoot: THREADMILL_ROOT,
      packages: await packageVersions(frames.map(({ url }) => url)),
    };
  }

  /** Those that Node had in memory, else those on disk. */
  async #mapsOf({ frames, maps }: RawProcess): Promise<SourceMaps> {
    const inMemory = new Map<string, TraceMap>();
    for (const { url, map } of maps) {
      try {
        inMemory.set(url, new TraceMap(map as ConstructorParameters<typeof TraceMap>[0], url));
      } catch {
        // No source map of version 3: the script is shown as it ran.
      }
    }
    const scripts = frames.filter((frame) => {
      return frame.url !== '' && frameCategory(frame, { threadmillRoot: THREADMILL_ROOT }) !== 'dependency';
    });
    const onDisk = await loadSourceMaps(
      scripts.map(({ url }) => url).filter((url) => !inMemory.has(url)),
      () => undefined,
    );
    return (url) => inMemory.get(url) ?? onDisk(url);
  }

  #processOf(raw: RawProcess): RecordedProcess {
    const { pid, ppid, argv, execArgv, cwd, node, startUs, skipped, poolSize } = raw.process;
    const ticks = linesOf(raw.agents.get(0) ?? [], 'tick');
    return {
      ...{
        pid,
        ppid,
        name: this.#nameOf(argv),
        commandLine: redactArguments(['node', ...execArgv, ...argv]),
        cwd: redactText(cwd),
        node,
      },
      ...{ startUs, endUs: startUs },
      ended: raw.endedInOrder || skipped !== null ? 'in-order' : 'killed',
      skipped,
      cpuMs: spent(ticks, 'processCpuMs'),
      rssPeakBytes: ticks.length === 0 ? null : largest(ticks, ({ rssBytes }) => rssBytes ?? 0),
      pool:
        raw.pool.length === 0
          ? null
          : {
              size: poolSize,
              watchedMs: sum(raw.pool, ({ watchedMs }) => watchedMs),
              waitMs: sum(raw.pool, ({ waitMs }) => waitMs),
              longestMs: largest(raw.pool, ({ longestMs }) => longestMs),
            },
      workersBusyMs: 0,
      droppedUntilUs: raw.droppedUntilUs,
    };
  }

  /** `app.js`, `npm test`. */
  #nameOf([script, ...rest]: readonly string[]): string {
    if (script === undefined) return 'node';
    const base = basename(script);
    const name = /^(npm|npx)-cli\.js$/.exec(base)?.[1] ?? base;
    return redactArguments([name, ...rest.slice(0, 2)]).slice(0, MAX_NAME);
  }

  #addEvents(thread: number, lines: readonly AgentLine[]): void {
    const pauses = linesOf(lines, 'gc').flatMap(({ at }) =>
      at.flatMap((startUs, i) => (i % 2 === 0 ? [{ startUs, endUs: startUs + at[i + 1]! }] : [])),
    );
    const gc = longest(pauses, RECORDING_LIMITS.pausesOfThread).sort((a, b) => a.startUs - b.startUs);
    const ticks = linesOf(lines, 'tick').slice(-RECORDING_LIMITS.ticksOfThread);
    this.#events.push({
      thread,
      gc: gc.flatMap(({ startUs, endUs }) => [startUs, endUs - startUs]),
      lag: ticks.flatMap(({ atUs, latestMs }) => [atUs, latestMs * 1_000]),
    });
    for (const { kind, target, startUs, endUs } of linesOf(lines, 'span')) {
      this.#spans.push({ thread, kind, target: redactText(target), startUs, endUs });
    }
    for (const { pid, name } of linesOf(lines, 'child')) this.#children.set(pid, redactText(name));
  }

  /** Requests to its process that were open while it lasted. */
  #withRequests(stall: RecordedStall): RecordedStall {
    const processOf = (thread: number): number => this.#threads[thread]!.process;
    const waiting = this.#spans.filter(
      ({ thread, kind, startUs, endUs }) =>
        kind === 'http-in' &&
        startUs < stall.endUs &&
        endUs > stall.startUs &&
        processOf(thread) === processOf(stall.thread),
    );
    return { ...stall, requests: waiting.length };
  }

  async #exported(): Promise<Recording['exported']> {
    const hot = topFunctions(this.#flame.data()).filter(({ frame }) => frame.category === 'user');
    const found: Recording['exported'] = [];
    for (const { frame } of hot.slice(0, MAX_LOOKED_AT)) {
      const { name, file, line } = frame;
      if (file === null || found.length === RECORDING_LIMITS.exported) continue;
      if ((await exportedAs(resolve(this.#options.cwd, file), name)) !== null)
        found.push({ name, file, line });
    }
    return found;
  }

  /** What no process of the recording is; the most CPU first. */
  #others(): Recording['others'] {
    const { seen } = this.#options;
    const recorded = new Set(this.#processes.map(({ pid }) => pid));
    const others = new Map<string, { count: number; cpuMs: number | null }>();
    for (const pid of new Set([...this.#children.keys(), ...seen.keys()])) {
      if (recorded.has(pid)) continue;
      const name = this.#children.get(pid) ?? redactText(seen.get(pid)!.name);
      const other = others.get(name) ?? { count: 0, cpuMs: null };
      const cpuMs = seen.get(pid)?.cpuMs ?? null;
      others.set(name, {
        count: other.count + 1,
        cpuMs: cpuMs === null ? other.cpuMs : cpuMs + (other.cpuMs ?? 0),
      });
    }
    return [...others]
      .map(([name, other]) => ({ name, ...other }))
      .sort((a, b) => (b.cpuMs ?? 0) - (a.cpuMs ?? 0))
      .slice(0, RECORDING_LIMITS.others);
  }

  #addWaits(lines: readonly AgentLine[], maps: SourceMaps): void {
    for (const { kind, target, site, count, failed, totalUs, maxUs } of linesOf(lines, 'wait')) {
      const shown = site === null ? null : this.#shownSite(site, maps);
      const key = `${kind}\0${target}\0${shown}`;
      const known = this.#waits.get(key);
      this.#waits.set(key, {
        ...{ kind, target: redactText(target), site: shown },
        count: count + (known?.count ?? 0),
        failed: failed + (known?.failed ?? 0),
        totalMs: totalUs / 1_000 + (known?.totalMs ?? 0),
        maxMs: Math.max(maxUs / 1_000, known?.maxMs ?? 0),
      });
    }
  }

  #shown(url: string): string {
    return displayPath(url, { displayRoot: this.#options.cwd }) ?? redactText(url.slice(0, 200));
  }

  /** @param site `url:line:column`, both counted from 1. */
  #shownSite(site: string, maps: SourceMaps): string | null {
    const [, path = '', line, column] = /^(.*):(\d+):(\d+)$/.exec(site) ?? [];
    const url = path.startsWith('/') ? pathToFileURL(path).href : path;
    const frame = { functionName: '', scriptId: '0', url };
    const at = { lineNumber: Number(line) - 1, columnNumber: Number(column) - 1 };
    const [mapped] = mapCallFrames([{ ...frame, ...at }], maps);
    return mapped === undefined ? null : `${this.#shown(mapped.url)}:${mapped.lineNumber + 1}`;
  }
}

function longest<T extends { readonly startUs: number; readonly endUs: number }>(
  list: readonly T[],
  most: number,
): T[] {
  return [...list].sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs)).slice(0, most);
}

function labelOf({ thread, name }: ThreadLine, process: RecordedProcess | null): string {
  const worker = `worker ${thread}${name === '' ? '' : ` ${name.slice(0, MAX_THREAD_NAME)}`}`;
  const own = thread === 0 ? 'main' : worker;
  return process === null
    ? own
    : `${process.name.split(' ')[0]!.slice(0, MAX_SCRIPT)} ${process.pid} · ${own}`;
}

function roleOf({ thread, url }: ThreadLine): RecordedThread['role'] {
  if (thread === 0) return 'main';
  return /[\\/](piscina|tinypool|workerpool)[\\/]/.test(url) ? 'pool-worker' : 'worker';
}
