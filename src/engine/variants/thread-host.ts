import { DEFAULT_CLIENT } from '../../core/clients.ts';
import type { ThreadTrace, UvPool } from '../../core/documents/breakdown.ts';
import type { JobError, QueueSpan, ThreadSpan } from '../../core/documents/run-record.ts';
import type { Handover, WorkloadSettings } from '../../core/documents/spec.ts';
import { loadWorkload } from '../../workload/load.ts';
import type { JobExecutor, Offload, SentInput, Workload } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import { createClock } from '../measurement/clock.ts';
import type { NativeReading } from '../measurement/native-threads.ts';
import { RowJournal } from '../measurement/row-journal.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import type { Usage } from '../measurement/usage.ts';
import { mergeErrors } from './failure-sample.ts';
import type { PaceData } from './pace.ts';
import { Slots } from './slots.ts';
import type { ThreadPacing } from './thread-pacing.ts';
import type { ThreadTracer } from './thread-tracer.ts';
import { type Probe, ThreadWatch } from './thread-watch.ts';

/** What a thread needs to run jobs; plain data, so that it crosses to a worker as it is. */
export interface HostData {
  readonly bundleUrl: string;
  readonly settings: WorkloadSettings;
  readonly shared: SharedArrayBuffer;
  readonly jobs: number;
  readonly timeoutMs: number;
  /** Null: a job starts as soon as a slot is free. */
  readonly pace: PaceData | null;
  /** File that rows are copied into while a trial runs: see `RowJournal`. Null: none. */
  readonly journal: string | null;
  readonly handover: Handover;
}

/** Of a thread's client: opened so far, open now, and open at once at the most since a trial began. */
interface Connections {
  opened: number;
  open: number;
  most: number;
}

/** In place of a position, for a task that does nothing. */
export const NO_JOB = -1;

interface Opened {
  readonly clock: Clock;
  readonly watch: ThreadWatch;
  readonly workload: Workload;
  readonly executor: JobExecutor;
  /** Null: a plain closed loop. */
  readonly pace: Awaited<ReturnType<typeof loadPacing>> | null;
  readonly connections: Connections;
  readonly retries: { sent: number; wastedMs: number };
}

async function loadPacing(data: PaceData, state: SharedState, clock: Clock) {
  const { ThreadPacing, turnsOf } = await import('./thread-pacing.ts');
  const turns = turnsOf(data, state, clock);
  return { turns, over: (slots: Slots) => new ThreadPacing(data, state, clock, slots, turns) };
}

/** One thread that runs jobs: its workload, its slots, and what it is watched by. */
export class ThreadHost {
  readonly watch: ThreadWatch;
  readonly #slots: Slots;
  readonly #state: SharedState;
  readonly #executor: JobExecutor;
  readonly #slotCount: number;
  readonly #connections: Connections;
  readonly #retries: { sent: number; wastedMs: number };
  readonly #clock: Clock;
  readonly #pacing: ThreadPacing | null;
  readonly #journal: RowJournal | null;
  #openedBefore = 0;
  #tracer: ThreadTracer | null = null;

  private constructor(
    data: HostData,
    state: SharedState,
    slotCount: number,
    { clock, watch, workload, executor, pace, connections, retries }: Opened,
  ) {
    this.#state = state;
    this.watch = watch;
    this.#clock = clock;
    this.#executor = executor;
    this.#slotCount = slotCount;
    this.#connections = connections;
    this.#retries = retries;
    this.#journal = data.journal === null ? null : new RowJournal(data.journal, state.table, this.#clock);
    this.#slots = new Slots({
      executor,
      state,
      clock: this.#clock,
      thread: watch.thread,
      slots: slotCount,
      timeoutMs: data.timeoutMs,
      returnsResults: data.handover.results === 'return',
      workload,
      isOver: () => state.stopped || this.#pacing?.isOver === true,
      journal: this.#journal,
    });
    this.#pacing = pace?.over(this.#slots) ?? null;
  }

  /**
   * Rejects with whatever the workload's file or its `setup` throws.
   * @param offload runs the CPU part of its jobs; null: the thread itself does
   */
  static async open(
    data: HostData,
    state: SharedState,
    thread: number,
    slotCount: number,
    offload: Offload | null = null,
    probe?: Probe,
  ): Promise<ThreadHost> {
    const clock = createClock();
    const watch = new ThreadWatch(thread, clock, probe);
    const workload = await loadWorkload(data.bundleUrl, data.settings);
    const connections: Connections = { opened: 0, open: 0, most: 0 };
    const retries = { sent: 0, wastedMs: 0 };
    const pace = data.pace && (await loadPacing(data.pace, state, clock));
    const executor = await workload.open({
      thread,
      slots: slotCount,
      timeoutMs: data.timeoutMs,
      keepAlive: data.settings.keepAlive,
      protocol: data.settings.protocol,
      client: data.settings.client ?? DEFAULT_CLIENT,
      ca: data.settings.ca,
      insecure: data.settings.insecure,
      namesJobs: data.settings.fault.length > 0,
      offload,
      retry: data.settings.retry,
      ...(pace?.turns && { startTurn: pace.turns.take }),
      onConnection: (socket) => {
        connections.opened++;
        connections.most = Math.max(connections.most, ++connections.open);
        socket.once('close', () => connections.open--);
      },
      onRetry: (wastedMs) => {
        retries.sent++;
        retries.wastedMs += wastedMs;
      },
    });
    const opened = { clock, watch, workload, executor, pace, connections, retries };
    return new ThreadHost(data, state, slotCount, opened);
  }

  /**
   * Before a trial: opens again what was closed meanwhile, by running a job in every slot, so that no connection
   * is opened within the timed trial.
   */
  async connect(): Promise<void> {
    if (this.#executor.missingConnections() > 0) {
      await (this.#pacing ?? this.#slots).rehearse(this.#slotCount);
    }
  }

  disconnect(): void {
    this.#executor.disconnect();
  }

  /**
   * Before a trial, when connections are open.
   * @param trace memory of the trace table, for a traced trial
   * @param watchLoop with a trace: the event loop of this thread is watched over time as well
   */
  async prepare(trace: SharedArrayBuffer | null, watchLoop = false): Promise<void> {
    await this.watch.load(trace !== null, watchLoop);
    if (trace !== null) await this.#startTracing(trace);
    this.#slots.forgetErrors();
    this.#openedBefore = this.#connections.opened;
    this.#connections.most = this.#connections.open;
    Object.assign(this.#retries, NO_RETRIES);
    this.watch.start(trace !== null);
  }

  /** Takes jobs of the plan for as long as there are any; resolves when those that it took have settled. */
  runPlan(): Promise<void> {
    return this.#pacing?.runPlan() ?? this.#slots.drain(() => this.#state.takePosition());
  }

  /** One job that another thread has taken from the plan; undefined if it will not start any more. */
  runJob(position: number, sent: SentInput | null): Promise<unknown> | undefined {
    if (position === NO_JOB || this.#state.stopped) return undefined;
    return this.#pacing === null ? this.#slots.runOne(position, sent) : this.#pacing.runJob(position, sent);
  }

  /** After a trial: what this thread has to say about it. */
  report(): ThreadReport {
    const span = this.watch.read();
    this.#journal?.flush();
    return {
      errors: this.#slots.takeErrors(),
      connectionsOpened: this.#connections.opened - this.#openedBefore,
      connections: this.#connections.most,
      retries: { ...this.#retries },
      processes: [],
      isComplete: true,
      threads: [span],
      traces: this.#stopTracing(),
    };
  }

  async #startTracing(table: SharedArrayBuffer): Promise<void> {
    const { ThreadTracer } = await import('./thread-tracer.ts');
    this.#tracer = await ThreadTracer.start(this.#executor, table, this.#state.jobs, this.#clock);
    this.#slots.use(this.#tracer.executor);
  }

  #stopTracing(): ThreadTrace[] {
    const tracer = this.#tracer;
    if (tracer === null) return [];
    this.#tracer = null;
    this.#slots.use(this.#executor);
    return [{ ...this.watch.trace(), ...tracer.stop(), moved: null }];
  }

  close(): Promise<void> {
    this.#journal?.close();
    return this.#executor.close();
  }
}

/** Requests that were sent again, and what the failed ones before them took, ms. */
interface Retried {
  readonly sent: number;
  readonly wastedMs: number;
}

const NO_RETRIES: Retried = { sent: 0, wastedMs: 0 };

function addRetries(reports: readonly Pick<ThreadReport, 'retries'>[]): Retried {
  return reports.reduce(
    (sum, { retries }) => ({
      sent: sum.sent + retries.sent,
      wastedMs: sum.wastedMs + retries.wastedMs,
    }),
    NO_RETRIES,
  );
}

/** Joins the reports of several threads. */
export function joinReports(reports: readonly ThreadReport[]) {
  return {
    errors: mergeErrors(reports.map(({ errors }) => errors)),
    connectionsOpened: reports.reduce((sum, { connectionsOpened }) => sum + connectionsOpened, 0),
    connections: reports.reduce((sum, { connections }) => sum + connections, 0),
    retries: addRetries(reports),
    threads: reports.flatMap(({ threads }) => threads).sort((a, b) => a.thread - b.thread),
    traces: reports.flatMap(({ traces }) => traces).sort((a, b) => a.thread - b.thread),
  };
}

/** What a child process did in a trial, with the data that only its own memory holds. */
export interface ProcessReport {
  readonly usage: Usage;
  /** Null where they cannot be told apart. */
  readonly native: NativeReading | null;
  readonly uvPool: UvPool | null;
  /** Of a traced trial: for each of the positions that it ran a row of the trace table. */
  readonly trace: { readonly positions: Uint32Array; readonly rows: Float64Array } | null;
}

export interface ThreadReport {
  readonly errors: readonly JobError[];
  readonly connectionsOpened: number;
  /** Open at once, at the most. */
  readonly connections: number;
  readonly retries: Retried;
  /** Of each child process; null if one ended within the trial. */
  readonly processes: readonly ProcessReport[] | null;
  /** False if a worker ended within the trial: `threads` leaves it out. */
  readonly isComplete: boolean;
  /** What each thread did, the main thread first. */
  readonly threads: readonly ThreadSpan[];
  /** Of a traced trial, in the same order; else none. */
  readonly traces: readonly ThreadTrace[];
  /** Of a trial on a queue. */
  readonly queue?: Omit<QueueSpan, 'coordinatorCpuMs'>;
}
