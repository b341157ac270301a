/** Waiting of a thread's event loop while no job was in flight there, ms. */
export interface FlightIdle {
  /** Before its first job; all of it in a thread that ran none. */
  readonly beforeMs: number;
  readonly betweenMs: number;
  readonly afterMs: number;
  /** When its first job began and its last one settled, ns on the clock of process.hrtime(); 0: it ran none. */
  readonly firstNs: number;
  readonly lastNs: number;
}

/** A pause of one thread for garbage collection, ns on the clock of process.hrtime(). */
export type GcPause = readonly [startNs: number, durationNs: number];

/** The event loop of one thread over time, in columns: a row for each turn of a timer. */
export interface LoopTrace {
  /** When the timer was due, ns on the clock of process.hrtime(), and how much later the loop came to it, ns. */
  readonly dueNs: readonly number[];
  readonly delayNs: readonly number[];
}

/** Requests of jobs that sent more than one, in columns and in order of their ends. */
export interface AttemptTrace {
  /** Of the job, in the plan. */
  readonly position: readonly number[];
  /** On the clock of process.hrtime(). */
  readonly startNs: readonly number[];
  readonly endNs: readonly number[];
  /** Codes of OUTCOMES. */
  readonly outcome: readonly number[];
  /** HTTP statuses; 0 where there is none. */
  readonly status: readonly number[];
  /** Requests that there was no room for. */
  readonly leftOut: number;
}

/** What a thread of a runner tells of a traced trial, besides the rows and its ThreadSpan. */
export interface ThreadTrace {
  /** 0 is the main thread, workers count from 1. */
  readonly thread: number;
  /**
   * `timed`: it ran jobs whose calls of the user's functions are in the trace table. `jobs`: it ran jobs of
   * which nothing else is known, so all that it computed is the user's. `computes`: it ran the CPU part of jobs that
   * are the main thread's. `hands-out`: it ran none itself.
   */
  readonly work: 'timed' | 'jobs' | 'computes' | 'hands-out';
  readonly gc: readonly GcPause[];
  /** Share of the time in those calls in which the thread was on a CPU, 0 to 1; null where unknown. */
  readonly userCpuShare: number | null;
  readonly heapPeakBytes: number;
  /** Null in a thread that hands jobs out. */
  readonly idle: FlightIdle | null;
  readonly loop: LoopTrace | null;
  /** Absent: each of its jobs sent one request. */
  readonly attempts?: AttemptTrace;
  /** Messages with the jobs' data that it exchanged; null in a thread that exchanged none. */
  readonly moved: MovedData | null;
}

/** The messages with the jobs' data of one thread in a traced trial. */
export interface MovedData {
  readonly sent: {
    readonly messages: number;
    /** Of them with an ArrayBuffer that was transferred, and the bytes of those. */
    readonly transferred: number;
    readonly transferredBytes: number;
    /** Bytes copied: by a sample of the messages. */
    readonly copiedBytes: number;
    /** CPU of `postMessage`, all messages: by a sample. By the clock where the system does not tell. */
    readonly serialiseMs: number;
    /** CPU of `postMessage` for one message that holds next to nothing. */
    readonly smallMs: number;
  };
  readonly received: {
    readonly messages: number;
    /** The same for reading them: an estimate, from copies of a sample of them that were received once more. */
    readonly deserialiseMs: number;
    /** CPU to read one message that holds next to nothing. */
    readonly smallMs: number;
  };
  /** What it took to find this out. */
  readonly ownMs: number;
}

/** libuv's pool in a traced trial, looked at every 20 ms. */
export interface UvPool {
  readonly threads: number;
  readonly looks: number;
  /** Of them those that found every thread busy. */
  readonly full: number;
  /** How long a trivial task that came then waited for a thread, median, ms; null for none. */
  readonly waitMs: number | null;
}

/** What a runner tells of a traced trial besides its record and its rows. */
export interface TrialTrace {
  /** The two readings of the clock that its wall is between, ns on the clock of process.hrtime(). */
  readonly startNs: number;
  readonly endNs: number;
  /** The main thread first. */
  readonly threads: readonly ThreadTrace[];
  /** Of several processes that one whose pool was full most; null where the system does not report it; left out: nobody looked. */
  readonly uvPool?: UvPool | null;
  /** Of a trial on a queue. */
  readonly workers?: readonly QueueWorkerPlace[];
}

/** Where some of the threads of a trial are. */
export interface QueueWorkerPlace {
  readonly threads: readonly number[];
  readonly host: string;
  readonly pid: number;
}

/** Phases of a job, in the order in which they follow each other. */
export const PHASES = ['queue', 'dns', 'tcp', 'tls', 'send', 'wait', 'download', 'process'] as const;
export type PhaseName = (typeof PHASES)[number];

/**
 * What the time of a job on a queue went into, from being added to it until the coordinator had the result: until a
 * worker had a slot free, until it started there, its requests, the rest of its run, and the way back.
 */
export const QUEUE_PARTS = ['backlog', 'handOver', 'network', 'run', 'return'] as const;
export type QueuePart = (typeof QUEUE_PARTS)[number];

/** What the wall of every thread went into; together they are wall × threads. */
export const BREAKDOWN_PARTS = [
  'waiting',
  'user-cpu',
  'client-cpu',
  'gc',
  'cpuWait',
  'messaging',
  'idle',
] as const;
export type BreakdownPart = (typeof BREAKDOWN_PARTS)[number];
