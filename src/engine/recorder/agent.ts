import { appendFileSync, readFileSync, readlinkSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { isMainThread, threadId } from 'node:worker_threads';
import { type AgentLine, BEAT_US, type MapLine } from '../../core/documents/recorder-lines.ts';
import { nowUs, type RecorderConfig } from './config.ts';
import { watchMessages } from './messages.ts';
import { type WaitLog, watchWaits } from './waits.ts';

/** Exists from the moment this thread loads the recorder. */
export const LOADED = Symbol.for('threadmill.recorder');
/** Where the controller and the exit handlers find the agent of a thread. */
export const AGENT = Symbol.for('threadmill.recorder.agent');

/** The controller calls `tick` after 50 beats or fewer: after this many it is gone. */
const DESERTED_BEATS = 500;
const US_PER_MS = 1_000;
const BEAT_MS = BEAT_US / US_PER_MS;
const NS_PER_MS = 1_000_000;

/**
 * Watches its own thread: heartbeats, garbage collections, CPU, memory, waits. The controller calls
 * `tick` about once a second, in the middle of whatever the thread does, so that a thread that is stuck is watched, too.
 */
export class Agent {
  readonly #prefix: string;
  readonly #file: string;
  readonly #leave: () => void;
  readonly #mapsFile: string;
  readonly #stallUs: number;
  readonly #usage = openUsage();
  readonly #timer: NodeJS.Timeout;
  readonly #gc: PerformanceObserver;
  readonly #waits: WaitLog | null;
  readonly #messages = watchMessages();
  /** Of performance.now(), whose origin differs in every thread. */
  readonly #originUs = nowUs() - performance.now() * US_PER_MS;
  #lines: AgentLine[] = [];
  #gcPauses: number[] = [];
  #lastBeatUs = nowUs();
  #usageAtBeat: Usage | null;
  #beats = 0;
  #lateMs = 0;
  #latestMs = 0;
  /** In Atomics.wait since the last beat, and since when it is there now. */
  #waitedUs = 0;
  #waitsSinceUs: number | null = null;
  #isTicking = false;
  #isStopped = false;

  /** @param prefix path that the process's files begin with @param leave undoes what else was changed in the thread */
  constructor(prefix: string, config: RecorderConfig, leave: () => void) {
    this.#leave = leave;
    this.#prefix = prefix;
    this.#file = `${prefix}.${threadId}.thread`;
    this.#mapsFile = `${prefix}.maps`;
    this.#stallUs = config.stallMs * US_PER_MS;
    this.#usageAtBeat = this.#usage();
    this.#lines.push({ k: 'start', atUs: this.#lastBeatUs });
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
    this.#gc = new PerformanceObserver((list) => this.#noteGc(list.getEntries()));
    this.#gc.observe({ entryTypes: ['gc'] });
    this.#waits = config.waits ? watchWaits() : null;
    this.tick();
  }

  tick(): void {
    // It may be called while it runs: the controller can interrupt any code.
    if (this.#isTicking) return;
    this.#isTicking = true;
    try {
      this.#noteGc(this.#gc.takeRecords());
      this.#noteOpenStall();
      this.#lines.push(this.#tickLine());
      if (this.#gcPauses.length > 0) this.#lines.push({ k: 'gc', at: this.#gcPauses });
      this.#gcPauses = [];
      this.#lines.push(...(this.#waits?.take() ?? []));
      const lines = this.#lines;
      this.#lines = [];
      appendFileSync(this.#file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    } catch {
      // A full disk, or a folder that is gone: the program must not notice.
    } finally {
      this.#isTicking = false;
    }
  }

  /** Writes Node's source maps of these scripts: scripts compiled in memory have none on disk. */
  saveMaps(urls: readonly string[]): void {
    for (const url of urls) {
      const map = findSourceMap(url);
      if (map === undefined) continue;
      appendFileSync(this.#mapsFile, `${JSON.stringify({ url, map: map.payload } satisfies MapLine)}\n`);
    }
  }

  /** A worker that waits in Atomics.wait is not late: it waits for a task. A main thread is: its requests wait, too. */
  noteWait(isOn: boolean): void {
    if (isMainThread) return;
    const now = nowUs();
    if (this.#waitsSinceUs !== null) this.#waitedUs += now - this.#waitsSinceUs;
    this.#waitsSinceUs = isOn ? now : null;
  }

  /** @param of ends only this recording: a controller that is late may find the agent of the next one */
  stop(of = this.#prefix): void {
    if (this.#isStopped || of !== this.#prefix) return;
    this.#isStopped = true;
    this.tick();
    clearInterval(this.#timer);
    this.#gc.disconnect();
    this.#waits?.stop();
    this.#messages.stop();
    this.#leave();
  }

  #beat(): void {
    const now = nowUs();
    const lateUs = this.#lateUs(now);
    this.#beats++;
    this.#lateMs += lateUs / US_PER_MS;
    this.#latestMs = Math.max(this.#latestMs, lateUs / US_PER_MS);
    const isStall = lateUs >= this.#stallUs;
    if (isStall) this.#noteStall(now, true);
    this.#lastBeatUs = now;
    this.#waitedUs = 0;
    // A reading takes some µs: after each stall, and now and then.
    if (isStall || this.#beats % 4 === 1) this.#usageAtBeat = this.#usage();
    if (this.#beats > DESERTED_BEATS) this.stop();
  }

  #noteOpenStall(): void {
    const now = nowUs();
    if (this.#lateUs(now) >= this.#stallUs) this.#noteStall(now, false);
  }

  #lateUs(now: number): number {
    const waitsNow = this.#waitsSinceUs === null ? 0 : now - this.#waitsSinceUs;
    return Math.max(0, now - this.#lastBeatUs - BEAT_US - this.#waitedUs - waitsNow);
  }

  #noteStall(untilUs: number, over: boolean): void {
    const before = this.#usageAtBeat;
    const after = this.#usage();
    const known = before !== null && after !== null;
    this.#lines.push({
      k: 'stall',
      sinceUs: this.#lastBeatUs,
      untilUs,
      over,
      cpuMs: known ? after.cpuMs - before.cpuMs : null,
      cpuWaitMs: known ? after.cpuWaitMs - before.cpuWaitMs : null,
    });
  }

  #tickLine(): AgentLine {
    const { idle, active } = performance.eventLoopUtilization();
    // The kernel charges a thread that runs only now and then; to sum up the process it charges it up to this moment.
    const cpu = process.cpuUsage();
    const usage = this.#usage();
    const memory = process.memoryUsage();
    const line: AgentLine = {
      k: 'tick',
      atUs: nowUs(),
      idleMs: idle,
      activeMs: active,
      cpuMs: usage?.cpuMs ?? null,
      cpuWaitMs: usage?.cpuWaitMs ?? null,
      heapBytes: memory.heapUsed,
      rssBytes: isMainThread ? memory.rss : null,
      processCpuMs: isMainThread ? (cpu.user + cpu.system) / US_PER_MS : null,
      beats: this.#beats,
      lateMs: this.#lateMs,
      latestMs: this.#latestMs,
      ...this.#messages.take(),
    };
    this.#beats = 0;
    this.#lateMs = 0;
    this.#latestMs = 0;
    return line;
  }

  #noteGc(entries: readonly { readonly startTime: number; readonly duration: number }[]): void {
    for (const { startTime, duration } of entries) {
      this.#gcPauses.push(
        Math.round(this.#originUs + startTime * US_PER_MS),
        Math.round(duration * US_PER_MS),
      );
    }
  }
}

interface Usage {
  readonly cpuMs: number;
  readonly cpuWaitMs: number;
}

/** The kernel's account of this thread; Linux only. */
function openUsage(): () => Usage | null {
  let file: string;
  try {
    file = `/proc/${readlinkSync('/proc/thread-self')}/schedstat`;
  } catch {
    return () => null;
  }
  return () => {
    try {
      const [onCpu, waiting] = readFileSync(file, 'latin1').split(' ').map(Number);
      return { cpuMs: onCpu! / NS_PER_MS, cpuWaitMs: waiting! / NS_PER_MS };
    } catch {
      return null;
    }
  };
}
