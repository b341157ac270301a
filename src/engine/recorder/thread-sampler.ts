import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import { TAKES_PROFILE } from './config.ts';

export type Post = (method: string, params?: object) => Promise<unknown>;

/**
 * The first windows are short: of a thread that ends soon all of it should be there. Later ones are as short as their
 * cost allows, for the last one is lost when a process is killed: a turn takes under 1 ms in a small program, and 50 ms
 * in one with much code.
 */
const FIRST_MS = 50;
const SHORTEST_MS = 250;
const LONGEST_MS = 1_000;
const MIN_TURNS = 200;
/** Where the inspector says that our code comes from, so that it is not taken for the program's. */
const SOURCE_URL = `//# sourceURL=${__filename}`;
/** Undefined early in the start of a worker. */
const HAS_PROFILE = `process.execArgv && ${TAKES_PROFILE}.test([...process.execArgv, process.env.NODE_OPTIONS].join())`;
const AGENT = `globalThis[Symbol.for('threadmill.recorder.agent')]`;
const CONSOLE_KEY = `Symbol.for('threadmill.recorder.console')`;
const CONSOLE = `globalThis[${CONSOLE_KEY}]`;
/** False where the program has already replaced them. */
const KEEP_CONSOLE = `/\\[native code\\]/.test(Function.prototype.toString.call(console.profile)) && ${keepConsole('console')}`;

/** Of allocations; every one takes memory in the program until the end. */
const MAX_HEAP_SAMPLES = 200_000;
const HEAP_SAVED_EVERY_MS = 5_000;

interface SamplerOptions {
  readonly intervalUs: number;
  readonly heapIntervalBytes: number | null;
  /** What was allocated since the start, again and again. */
  readonly allocated: (profile: RawHeapProfile) => void;
  readonly finished: (profile: CpuProfile) => void;
  /** Scripts whose source maps are wanted, each once. */
  readonly newScripts: () => readonly string[];
  /** Has the recorder watch the thread, if it does not yet. */
  readonly watch: string;
  /** What the files of the recording begin with. */
  readonly prefix: string;
  /** It ran before; else it starts now. */
  readonly wasThere: boolean;
  readonly isMain: boolean;
  /** Called once if the thread takes a profile with --cpu-prof of its own. */
  readonly refused: () => void;
}

/**
 * Samples one thread, in windows that are handed over as they end. Console profiles overlap without a pause: to stop
 * and to start the profiler would have V8 go through all code again, 0.3 to 0.5 s for a large program.
 */
export class ThreadSampler {
  readonly #post: Post;
  readonly #options: SamplerOptions;
  #current = 0;
  #windowMs = FIRST_MS;
  #dueMs = Number.POSITIVE_INFINITY;
  #last: Promise<void> = Promise.resolve();
  #isTurning = false;
  #isEnded = false;
  #samplesHeap = false;
  #heapSavedMs = performance.now();
  #isWatched = false;
  /** Before that Node itself is still starting in the thread, which must not be interrupted by a `require`. */
  #runsProgram = false;
  /** Null: not known yet. Node prints our profiles into the output of a thread that has its option --cpu-prof. */
  #maySample: boolean | null;
  #hasConsole = false;

  constructor(post: Post, options: SamplerOptions) {
    this.#post = post;
    this.#options = options;
    this.#maySample = options.isMain ? true : null;
  }

  async start(): Promise<void> {
    const { intervalUs, heapIntervalBytes } = this.#options;
    if (heapIntervalBytes !== null) {
      this.#samplesHeap = true;
      const all = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
      const settings = { samplingInterval: heapIntervalBytes, ...all };
      // Not waited for: it answers before what follows.
      this.#post('HeapProfiler.startSampling', settings).catch(() => undefined);
    }
    // Sent together: what the thread does next is sampled.
    await Promise.all([
      this.#post('Profiler.enable'),
      this.#post('Profiler.setSamplingInterval', { interval: intervalUs }),
      this.#look().then(() => this.#maySample && this.#evaluate(`${CONSOLE}.profile('${this.#title}')`)),
    ]);
    this.#dueMs = performance.now() + this.#windowMs;
  }

  /** A console profile of the thread has ended: one of ours, or of the program. */
  take(title: string | undefined, profile: CpuProfile): void {
    if (title?.startsWith('threadmill ') !== true) return;
    this.#runsProgram ||= profile.nodes.some(
      ({ callFrame: { url, functionName } }) =>
        isOfProgram(url) || (this.#options.wasThere && functionName === '(idle)'),
    );
    this.#options.finished(profile);
  }

  turnIfDue(nowMs: number): void {
    if (nowMs >= this.#dueMs && !this.#isTurning) void this.turn();
  }

  /** Ends the window and begins the next; `isLast` if the thread may end now. */
  turn(isLast = false): Promise<void> {
    const began = performance.now();
    this.#dueMs = began + this.#windowMs;
    return this.#queue(async () => {
      const before = this.#title;
      this.#current++;
      await this.#look();
      const next = this.#maySample
        ? `${CONSOLE}.profile('${this.#title}');${CONSOLE}.profileEnd('${before}');`
        : '';
      await this.#evaluate(`${next}${AGENT}?.tick();${this.#injection()}`);
      await this.#saveMaps();
      if (isLast || began - this.#heapSavedMs > HEAP_SAVED_EVERY_MS)
        await this.#saveHeap('getSamplingProfile');
      const wantedMs = Math.max(SHORTEST_MS, MIN_TURNS * (performance.now() - began));
      this.#windowMs = Math.min(LONGEST_MS, 2 * this.#windowMs, wantedMs);
    });
  }

  end(): Promise<void> {
    this.#dueMs = Number.POSITIVE_INFINITY;
    return this.#queue(async () => {
      this.#isEnded = true;
      if (this.#maySample) await this.#evaluate(`${CONSOLE}.profileEnd('${this.#title}')`);
      await this.#saveMaps();
      await this.#saveHeap('stopSampling');
      await this.#evaluate(`${AGENT}?.stop(${JSON.stringify(this.#options.prefix)});delete ${CONSOLE}`);
    });
  }

  /**
   * Called before the inspector is left. Node may keep the inspector session of a worker: V8 would go on sampling in it,
   * with a thread for each recording. What did not end in time ends with this, once the thread comes to it.
   */
  leave(): void {
    for (const domain of ['Profiler', 'HeapProfiler']) this.#post(`${domain}.disable`).catch(() => undefined);
  }

  async #look(): Promise<void> {
    if (!this.#hasConsole) {
      if ((await this.#evaluate(KEEP_CONSOLE)) !== true) {
        // The inspector's own. Only here: a worker that ends meanwhile would crash the process.
        await this.#evaluate(keepConsole('{ profile, profileEnd }'), { includeCommandLineAPI: true });
      }
      this.#hasConsole = true;
    }
    if (this.#maySample !== null) return;
    const takesProfile = await this.#evaluate(HAS_PROFILE);
    if (takesProfile === undefined) return;
    this.#maySample = !takesProfile;
    if (takesProfile) this.#options.refused();
  }

  get #title(): string {
    return `threadmill ${this.#current}`;
  }

  /** At once after the samples: the thread may end with its next step. */
  async #saveMaps(): Promise<void> {
    const urls = this.#options.newScripts();
    if (urls.length > 0) await this.#evaluate(`${AGENT}?.saveMaps(${JSON.stringify(urls)})`);
  }

  async #saveHeap(method: 'getSamplingProfile' | 'stopSampling'): Promise<void> {
    if (!this.#samplesHeap) return;
    const { profile } = (await this.#post(`HeapProfiler.${method}`)) as { readonly profile: RawHeapProfile };
    this.#options.allocated(profile);
    this.#heapSavedMs = performance.now();
    if (method === 'stopSampling') this.#samplesHeap = false;
    else if (profile.samples.length > MAX_HEAP_SAMPLES) await this.#saveHeap('stopSampling');
  }

  #injection(): string {
    if (!this.#runsProgram || this.#isWatched) return '';
    this.#isWatched = true;
    return `${AGENT}||${this.#options.watch}`;
  }

  #queue(action: () => Promise<void>): Promise<void> {
    this.#isTurning = true;
    const mine = this.#last.then(() => (this.#isEnded ? undefined : action())).catch(() => undefined);
    this.#last = mine;
    return mine.finally(() => {
      if (this.#last === mine) this.#isTurning = false;
    });
  }

  async #evaluate(expression: string, options?: { readonly includeCommandLineAPI: true }): Promise<unknown> {
    const { result } = (await this.#post('Runtime.evaluate', {
      ...{ expression: `${expression}\n${SOURCE_URL}`, silent: true, ...options },
    })) as { readonly result: { readonly value?: unknown } };
    return result.value;
  }
}

/** Keeps what starts and ends profiles: the program may replace its console. */
function keepConsole(from: string): string {
  return `!!(({ profile, profileEnd }) => Object.defineProperty(globalThis, ${CONSOLE_KEY}, { value: { profile, profileEnd }, configurable: true }))(${from})`;
}

function isOfProgram(url: string): boolean {
  return url !== '' && !url.startsWith('node:') && !url.includes('/engine/recorder/');
}
