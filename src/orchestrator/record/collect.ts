import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { verdictsOf } from '../../analysis/recording/verdict.ts';
import type { FlameData } from '../../core/documents/flame.ts';
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
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import { cpuProfileFile } from '../../core/documents/v8-profiles.ts';
import { redactText } from '../../core/redaction.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { displayPath } from '../../profile/display-path.ts';
import { mapCallFrames, type SourceMaps } from '../../profile/map-frames.ts';
import { WindowMerger } from '../../profile/merge-windows.ts';
import type { Profile } from '../../profile/profile.ts';
import { topFunctions } from '../../profile/top-functions.ts';
import type { RecordingFolder } from '../../store/recording-folder.ts';
import { exportedAs } from '../../workload/scaffold.ts';
import { labelOf, processFacts, roleOf } from './process-facts.ts';
import { othersOf, type SeenProcess } from './process-tree.ts';
import { longest, type RawProcess } from './raw-files.ts';
import {
  agentFacts,
  busySpans,
  cpuDemand,
  cpuRates,
  linesOf,
  sampledTime,
  stallsOf,
  unionMs,
} from './thread-facts.ts';
import { recordedSourceMaps, ThreadProfiles } from './thread-profiles.ts';
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

/** Number of hot functions whose files are searched for an export. */
const MAX_LOOKED_AT = 10;

class Collector {
  readonly #folder: RecordingFolder;
  readonly #options: Options;
  readonly #isAlone: boolean;
  readonly #profiles: ThreadProfiles;
  readonly #processes: RecordedProcess[] = [];
  readonly #threads: RecordedThread[] = [];
  #stalls: RecordedStall[] = [];
  readonly #waits = new Map<string, RecordedWait>();
  readonly #events: RecordingEvents['threads'] = [];
  readonly #spans: RecordingEvents['spans'] = [];
  /** Processes with requests that have no span. */
  readonly #cutSpans = new Set<number>();
  /** Of the worker threads of the process that is read. */
  #busySpans: [number, number][] = [];
  #cpuRates: ReturnType<typeof cpuRates> = [];
  readonly #children = new Map<number, string>();
  #wallAtStartMs = 0;
  #blind = 0;
  #unsampled = 0;

  /** @param isAlone threads need not say of which process they are. */
  constructor(folder: RecordingFolder, options: Options, isAlone: boolean) {
    this.#isAlone = isAlone;
    this.#folder = folder;
    this.#options = options;
    this.#profiles = new ThreadProfiles(folder, options);
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
    this.#unsampled += raw.unsampled;
    const maps = await recordedSourceMaps(raw);
    this.#busySpans = [];
    const process = this.#processes.push(processFacts(raw)) - 1;
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
    const flame = await this.#profiles.finish();
    const spans = longest(this.#spans, RECORDING_LIMITS.spans);
    await this.#folder.writeEvents({
      schemaVersion: SCHEMA_VERSION,
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
      flame,
      spanMs: (endUs - startUs) / 1_000,
      availableCpus: this.#options.availableCpus,
      cpuDemand: cpuDemand(this.#cpuRates),
    };
    return {
      ...{ startUs, endUs, startedAt: new Date(this.#wallAtStartMs).toISOString() },
      ...{
        processes: this.#processes,
        threads,
        stalls,
        waits,
        others: othersOf(this.#processes, this.#children, this.#options.seen),
      },
      exported: await exportedOf(flame, this.#options.cwd),
      verdicts: verdictsOf(facts),
      warnings: recordingWarnings(this.#processes, { blind: this.#blind, unsampled: this.#unsampled }),
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
    const saved = profile === null ? null : await this.#profiles.saveCpu(profile, { thread, label }, maps);
    const heap = raw.heaps.get(line.thread);
    if (heap !== undefined) await this.#profiles.saveHeap(heap, { thread, label }, maps);
    const ids = { thread, threadId: line.thread };
    const stalls = stallsOf(ids, lines, saved, this.#options.stallMs * 1_000);
    this.#stalls = this.#stalls.concat(stalls);
    this.#cpuRates = this.#cpuRates.concat(cpuRates(lines));
    this.#addWaits(lines, maps);
    this.#addEvents({ thread, process }, lines);
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
      ...agentFacts(lines, raw.droppedUntilUs ?? 0),
      stalls: {
        count: stalls.length,
        totalMs: stalls.reduce((sum, { startUs, endUs }) => sum + (endUs - startUs) / 1_000, 0),
      },
    });
  }

  #addEvents(
    { thread, process }: Pick<RecordedThread, 'thread' | 'process'>,
    lines: readonly AgentLine[],
  ): void {
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
    const spans = linesOf(lines, 'span');
    const isIn = ({ kind }: { readonly kind: string }): boolean => kind === 'http-in';
    const long = sumOf(linesOf(lines, 'wait').filter(isIn), (wait) => wait.long);
    if (long > spans.filter(isIn).length) this.#cutSpans.add(process);
    for (const { kind, target, startUs, endUs } of spans) {
      this.#spans.push({ thread, kind, target: redactText(target), startUs, endUs });
    }
    for (const { pid, name } of linesOf(lines, 'child')) this.#children.set(pid, redactText(name));
  }

  /** Requests to its process that were open while it lasted. */
  #withRequests(stall: RecordedStall): RecordedStall {
    const processOf = (thread: number): number => this.#threads[thread]!.process;
    const process = processOf(stall.thread);
    const waiting = this.#spans.filter(
      ({ thread, kind, startUs, endUs }) =>
        kind === 'http-in' && startUs < stall.endUs && endUs > stall.startUs && processOf(thread) === process,
    );
    return { ...stall, requests: waiting.length, moreRequests: this.#cutSpans.has(process) };
  }

  #addWaits(lines: readonly AgentLine[], maps: SourceMaps): void {
    for (const { kind, target, site, count, failed, totalUs, maxUs } of linesOf(lines, 'wait')) {
      const shown = redactText(target);
      const key = `${kind}\0${shown}`;
      const known = this.#waits.get(key);
      this.#waits.set(key, {
        ...{ kind, target: shown },
        site: known?.site ?? (site === null ? null : this.#shownSite(site, maps)),
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
    const url = isAbsolute(path) ? pathToFileURL(path).href : path;
    const frame = { functionName: '', scriptId: '0', url };
    const at = { lineNumber: Number(line) - 1, columnNumber: Number(column) - 1 };
    const [mapped] = mapCallFrames([{ ...frame, ...at }], maps);
    return mapped === undefined ? null : `${this.#shown(mapped.url)}:${mapped.lineNumber + 1}`;
  }
}

/** The hottest functions of the program that their files export. */
async function exportedOf(flame: FlameData, cwd: string): Promise<Recording['exported']> {
  const hot = topFunctions(flame).filter(({ frame }) => frame.category === 'user');
  const found: Recording['exported'] = [];
  for (const { frame } of hot.slice(0, MAX_LOOKED_AT)) {
    const { name, file, line } = frame;
    if (file === null || found.length === RECORDING_LIMITS.exported) continue;
    if ((await exportedAs(resolve(cwd, file), name)) !== null) found.push({ name, file, line });
  }
  return found;
}
