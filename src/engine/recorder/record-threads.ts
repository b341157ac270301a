import { existsSync } from 'node:fs';
import { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import type { ThreadLine } from '../../core/documents/recorder-lines.ts';
import type { CpuProfile } from '../../core/documents/v8-profiles.ts';
import { nowUs } from './config.ts';
import { ALL_THREADS, ENDED, RUNNING, serveFlushes, setState } from './control.ts';
import type { ControllerData } from './preload.ts';
import { SampleFiles } from './sample-files.ts';
import { type HeldSignals, holdSignals } from './signals.ts';
import { type Post, ThreadSampler } from './thread-sampler.ts';
import { watchUvPool } from './uv-pool-probe.ts';

/** While the process waits for its end, and while it goes on. */
const EXIT_MS = 1_000;
const END_MS = 5_000;
const FLUSH_MS = 1_000;
/** The pool's first request fixes its size: a program that sets UV_THREADPOOL_SIZE itself does so before this. */
const FIRST_PROBE_MS = 1_000;

interface Sampled {
  /** `worker.threadId`; 0 is the main thread. */
  readonly thread: number;
  readonly sampler: ThreadSampler;
  readonly started: Promise<void>;
  /** Of a worker: requests that the inspector has not answered. */
  readonly pending: Map<number, { resolve(result: unknown): void; reject(error: Error): void }>;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: FinishedProfile;
}

interface FinishedProfile {
  readonly title?: string;
  readonly profile: CpuProfile;
}

interface Notification {
  readonly method: string;
  readonly params: FinishedProfile & {
    readonly sessionId: string;
    readonly workerInfo: { readonly title: string; readonly url: string };
    readonly message: string;
  };
}

/** A recording by the controller. */
export interface ControlledRecording {
  /** Called every 50 ms or so. */
  turn(): void;
  isOver(): boolean;
}

/** Records the threads of this process until its end, the end of `config.untilUs`, or `config.stopFile`. */
export function recordThreads({
  config,
  control,
  prefix,
  process,
  holdsSignals,
}: ControllerData): ControlledRecording {
  const session = new Session();
  const threads = new Map<string, Sampled>();
  const files = new SampleFiles(prefix, config.maxBytes);
  /** Workers that the main thread waits for. */
  const awaited = new Map<number, (sampled: Sampled) => void>();
  const preload = JSON.stringify(config.preload);
  /** This code has already run once. */
  let isBeginning = true;
  let isOver = false;
  /** And the inspector is disconnected. */
  let hasLeft = false;
  let notePool = (): void => undefined;
  let signals: HeldSignals | null = null;
  let ending: Promise<void> | null = null;

  const post: Post = (method, params) => {
    return new Promise((resolve, reject) => {
      session.post(method, params, (error: Error | null, result?: unknown) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
  };

  function sample(
    key: string,
    { thread, name, url }: Pick<ThreadLine, 'thread' | 'name' | 'url'>,
    of: Post,
    pending: Sampled['pending'] = new Map(),
  ): Sampled {
    const sampler = new ThreadSampler(of, {
      intervalUs: config.intervalUs,
      heapIntervalBytes: config.heapIntervalBytes,
      allocated: (profile) => files.heap(thread, profile),
      finished: (profile) => files.window(thread, profile),
      newScripts: () => files.takeNewScripts(),
      watch: `process.getBuiltinModule?.('module').createRequire(${preload})(${preload}).watch(${JSON.stringify(config)},${JSON.stringify(prefix)})`,
      prefix,
      wasThere: isBeginning,
      isMain: thread === 0,
      refused: () => files.meta({ k: 'unsampled', thread }),
    });
    files.meta({ k: 'thread', thread, name, url, startUs: nowUs() });
    const sampled = { thread, sampler, started: sampler.start(), pending };
    sampled.started.catch(() => undefined);
    threads.set(key, sampled);
    awaited.get(thread)?.(sampled);
    awaited.delete(thread);
    return sampled;
  }

  function finished(sampled: Sampled | undefined, { title, profile }: FinishedProfile): void {
    try {
      sampled?.sampler.take(title, profile);
    } catch {
      // The disk is full or the folder is gone: files written so far stay, and the program continues unrecorded.
      if (!isOver) over();
    }
  }

  session.on('inspectorNotification', (message) => {
    const { method, params } = message as unknown as Notification;
    if (method === 'Profiler.consoleProfileFinished') finished(threads.get('main'), params);
    if (method === 'NodeWorker.attachedToWorker') attached(params.sessionId, params.workerInfo);
    if (method === 'NodeWorker.receivedMessageFromWorker') received(params.sessionId, params.message);
    if (method === 'NodeWorker.detachedFromWorker') detached(params.sessionId);
  });

  function attached(sessionId: string, { title, url }: { title: string; url: string }): void {
    // `[worker 3] name`
    const [, number, name = ''] = /^\[worker (\d+)\]\s*(.*)$/s.exec(title) ?? [];
    if (number === undefined) return;
    if (url.includes('controller.cjs') && name === 'threadmill recorder') {
      post('NodeWorker.detach', { sessionId }).catch(() => undefined);
      return;
    }
    let id = 0;
    const pending: Sampled['pending'] = new Map();
    const ask: Post = (method, params) => {
      return new Promise((resolve, reject) => {
        pending.set(++id, { resolve, reject });
        const message = JSON.stringify({ id, method, params });
        post('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(reject);
      });
    };
    sample(sessionId, { thread: Number(number), name, url }, ask, pending);
  }

  function received(sessionId: string, message: string): void {
    const sampled = threads.get(sessionId);
    const answer = JSON.parse(message) as Answer;
    if (answer.id === undefined) {
      if (answer.method === 'Profiler.consoleProfileFinished') finished(sampled, answer.params!);
      return;
    }
    const request = sampled?.pending.get(answer.id);
    sampled?.pending.delete(answer.id);
    if (answer.error === undefined) request?.resolve(answer.result);
    else request?.reject(new Error(answer.error.message));
  }

  function detached(sessionId: string): void {
    const sampled = threads.get(sessionId);
    threads.delete(sessionId);
    for (const { reject } of sampled?.pending.values() ?? []) reject(new Error('the thread has ended'));
  }

  async function begin(): Promise<void> {
    files.meta(process);
    if (config.fromUs === null || config.fromUs <= nowUs()) {
      await sampleAll();
    } else {
      setTimeout(() => void sampleAll().catch(over), (config.fromUs - nowUs()) / 1_000);
    }
    if (config.untilUs !== null) setTimeout(() => void end(END_MS), (config.untilUs - nowUs()) / 1_000);
    if (config.waits) {
      setTimeout(() => {
        if (isOver) return;
        const waited = watchUvPool(() => isOver);
        notePool = () => files.meta({ k: 'pool', ...waited() });
      }, FIRST_PROBE_MS);
    }
    setState(control, RUNNING);
  }

  async function sampleAll(): Promise<void> {
    const main = sample('main', { thread: 0, name: '', url: '' }, post);
    if (holdsSignals) hold();
    await main.started;
    // Workers do not wait: one started while the main thread is blocked would wait for ever.
    await post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    isBeginning = false;
  }

  function hold(): void {
    try {
      signals = holdSignals(control, () => end(EXIT_MS));
    } catch {
      // A Node without these internals: the last window is lost.
    }
  }

  function end(limitMs: number): Promise<void> {
    ending ??= endAll(limitMs);
    return ending;
  }

  async function endAll(limitMs: number): Promise<void> {
    if (isOver) return;
    isOver = true;
    const all = [...threads.values()].map(({ sampler }) => sampler.end());
    await Promise.race([Promise.all(all), after(limitMs)]);
    over();
  }

  function over(): void {
    isOver = true;
    signals?.release();
    try {
      notePool();
      files.meta({ k: 'end', atUs: nowUs() });
      files.close();
    } catch {
      // As above.
    }
    for (const { sampler } of threads.values()) sampler.leave();
    // Else Node waits for the debugger to disconnect. The thread goes on: to end right after can crash the process.
    session.disconnect();
    hasLeft = true;
    setState(control, ENDED);
  }

  async function flush(thread: number): Promise<void> {
    if (thread === ALL_THREADS) return end(EXIT_MS);
    if (isOver) return;
    const known = [...threads.values()].find((each) => each.thread === thread);
    const sampled = known ?? (await Promise.race([startOf(thread), after(FLUSH_MS)]));
    if (sampled === undefined) return;
    const flushed = sampled.started.then(() =>
      known === undefined ? undefined : sampled.sampler.turn(true),
    );
    await Promise.race([flushed.catch(() => undefined), after(FLUSH_MS)]);
  }

  function startOf(thread: number): Promise<Sampled> {
    return new Promise((resolve) => awaited.set(thread, resolve));
  }

  session.connectToMainThread();
  begin().catch(() => setState(control, ENDED));
  serveFlushes(control, flush).catch(() => setState(control, ENDED));
  let checkedMs = performance.now();
  return {
    isOver: () => hasLeft,
    turn() {
      if (isOver) return;
      signals?.releaseListened();
      const now = performance.now();
      for (const { sampler } of threads.values()) sampler.turnIfDue(now);
      if (existsSync(config.stopFile)) void end(END_MS);
      if (now - checkedMs < FLUSH_MS) return;
      checkedMs = now;
      notePool();
      // Somebody has removed it: nothing that is written now will be read.
      if (!existsSync(config.dir)) void end(END_MS);
    },
  };
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
