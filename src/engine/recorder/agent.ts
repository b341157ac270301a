import { appendFileSync, closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';
import { isMainThread, threadId } from 'node:worker_threads';
import { type AgentLine, BEAT_US, type MapLine } from '../../core/documents/recorder-lines.ts';
import { uvThreadpoolSize } from '../measurement/native-threads.ts';
import { nowMs, nowUs, type RecorderConfig } from './config.ts';
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

const { setInterval, clearInterval } = globalThis;

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
  readonly #originUs = nowUs() - nowMs() * US_PER_MS;
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
    this.#usageAtBeat = this.#usage.read();
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
    this.#usage.close();
    this.#messages.stop();
    this.#leave();
  }

  #beat(): void {
    const now = nowUs();
    const lateUs = this.#lateUs(now);
    this.#beats++;
    this.#lateMs += lateUs / US_PER_MS;
    this.#latestMs = Math.max(this.#latestMs, lateUs / US_PER_MS);
    const usage = this.#usage.read();
    if (lateUs >= this.#stallUs) this.#noteStall(usage, { untilUs: now, lateUs, over: true });
    this.#lastBeatUs = now;
    this.#waitedUs = 0;
    this.#usageAtBeat = usage;
    if (this.#beats > DESERTED_BEATS) this.stop();
  }

  #noteOpenStall(): void {
    const untilUs = nowUs();
    const lateUs = this.#lateUs(untilUs);
    if (lateUs >= this.#stallUs) this.#noteStall(this.#usage.read(), { untilUs, lateUs, over: false });
  }

  #lateUs(now: number): number {
    const waitsNow = this.#waitsSinceUs === null ? 0 : now - this.#waitsSinceUs;
    return Math.max(0, now - this.#lastBeatUs - BEAT_US - this.#waitedUs - waitsNow);
  }

  #noteStall(
    after: Usage | null,
    { untilUs, lateUs, over }: { readonly untilUs: number; readonly lateUs: number; readonly over: boolean },
  ): void {
    const before = this.#usageAtBeat;
    const known = before !== null && after !== null;
    this.#lines.push({
      k: 'stall',
      sinceUs: this.#lastBeatUs,
      untilUs,
      lateMs: lateUs / US_PER_MS,
      over,
      cpuMs: known ? after.cpuMs - before.cpuMs : null,
      cpuWaitMs: known ? after.cpuWaitMs - before.cpuWaitMs : null,
    });
  }

  #tickLine(): AgentLine {
    // The kernel charges a thread that runs only now and then; to sum up the process it charges it up to this moment.
    const cpu = process.cpuUsage();
    const usage = this.#usage.read();
    const memory = process.memoryUsage();
    const line: AgentLine = {
      k: 'tick',
      atUs: nowUs(),
      cpuMs: usage?.cpuMs ?? null,
      cpuWaitMs: usage?.cpuWaitMs ?? null,
      heapBytes: memory.heapUsed,
      rssBytes: isMainThread ? memory.rss : null,
      processCpuMs: isMainThread ? (cpu.user + cpu.system) / US_PER_MS : null,
      poolSize: isMainThread ? uvThreadpoolSize(process.env) : null,
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

/** CPU and CPU wait of this thread, from the kernel; Linux only. The file stays open, so a reading takes 2 µs. */
function openUsage(): { read(): Usage | null; close(): void } {
  let file: number;
  try {
    file = openSync(`/proc/${readlinkSync('/proc/thread-self')}/schedstat`, 'r');
  } catch {
    return { read: () => null, close: () => undefined };
  }
  const text = Buffer.alloc(64);
  return {
    read() {
      try {
        const length = readSync(file, text, 0, text.length, 0);
        const [onCpu, waiting] = text.toString('latin1', 0, length).split(' ').map(Number);
        return { cpuMs: onCpu! / NS_PER_MS, cpuWaitMs: waiting! / NS_PER_MS };
      } catch {
        return null;
      }
    },
    close: () => closeSync(file),
  };
}
