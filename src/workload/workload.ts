import type { Socket } from 'node:net';
import type { ClientName } from '../core/clients.ts';
import { LIMITS } from '../core/limits.ts';
import type { HttpProtocol } from '../core/protocols.ts';
import type { JobTrace, UserCodeTimer } from './job-trace.ts';

/** One unit of work, as the workload's own code sees it. */
export interface Job<Input = unknown> {
  /** Place in the plan, 0-based; every job of a trial has its own. */
  readonly position: number;
  /** Which of the workload's items this is, 0-based; items repeat when the plan is longer than the list. */
  readonly index: number;
  readonly name: string;
  readonly input: Input;
}

export interface JobContext {
  /** Aborted when the job's time is up or the run is stopped. */
  readonly signal: AbortSignal;
  /** 0 is the main thread of the runner, workers count from 1. */
  readonly thread: number;
}

/** What a thread knows when it opens a workload. */
export interface ThreadContext {
  readonly thread: number;
  /** Jobs that this thread has in flight at the most: also its connections per origin. */
  readonly slots: number;
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  /** Null: as the workload says. */
  readonly protocol: HttpProtocol | null;
  /** What sends the requests of an `httpWorkload`. */
  readonly client: ClientName;
  /** PEM file of the authorities to trust; null: as the workload says. */
  readonly ca: string | null;
  /** Whether any certificate will do. */
  readonly insecure: boolean;
  /** Requests name their job (`JOB_HEADER`), for a server that injects faults. Absent: they do not. */
  readonly namesJobs?: boolean;
  /** Runs the CPU part of a job in another thread; null: in this one. */
  readonly offload: Offload | null;
  /** `--retry`: requests of a job at the most; absent or null: as the workload says. */
  readonly retry?: number | null;
  /** Absent: no limit on requests per second. The first request of a job has had its turn. */
  readonly startTurn?: StartTurn;
  /** To be called for each request that is sent again. @param wastedMs what the failed one took */
  onRetry?(wastedMs: number): void;
  /** To be called for each connection that the workload's client opens. */
  onConnection(socket: Socket): void;
}

/** Calls `start` when a request may be sent within the rate limit. Returns a function that gives the turn up. */
export type StartTurn = (start: () => void) => () => void;

/** What is handed to another thread for the CPU part of a job. */
export interface Payload {
  /** Copied by structured clone, but for `body`. */
  readonly rest: unknown;
  /** Bytes that may be transferred; null: there are none. */
  readonly body: Uint8Array | ArrayBuffer | null;
}

/** What came of the CPU part of a job. */
export interface Computed {
  /** CRC-32 of the result; 0 where there is nothing to compare. */
  readonly digest: number;
  readonly result: unknown;
}

/** Rejects with what the user's code threw, or because the thread ended. Sets what is `running` in the slot. */
export type Offload = (item: number, position: number, payload: Payload, slot: Slot) => Promise<Computed>;

/** The CPU part of a workload's jobs, opened in a thread that runs nothing else. */
export interface ComputeExecutor {
  /** May reject, or throw, whatever the user's code throws. */
  compute(item: number, position: number, payload: Payload): Promise<Computed>;
  /** The same with the user's functions timed. */
  traced(timer: UserCodeTimer): ComputeExecutor;
  close(): Promise<void>;
}

/** An input that came with the job from another thread, in place of the workload's own. */
export interface SentInput {
  readonly input: unknown;
}

/** Something that can be cancelled. */
export interface Cancellable {
  cancel(reason: Error): void;
}

/** How a job reaches the slot it runs in: a way to be cancelled, paid for only by those who use it. */
export interface Slot {
  /** Set by the executor: what to cancel when the job has to end early. */
  running: Cancellable | null;
  /** Set by the executor when a job fails whose request is its own: hides what of it is secret, after the trial. */
  rememberSecrets: (() => void) | null;
  readonly signal: AbortSignal;
  /** Null: the thread has the input of the job itself. */
  readonly sent: SentInput | null;
  /** Set by the executor: path of a request whose path is made for each job, to name it if it fails. */
  madePath: string | null;
  /** Its job only opens a connection, and leaves no row. Absent: it counts. */
  readonly isRehearsal?: boolean;
}

/** What a settled job leaves in the table. `outcome` is a code of OUTCOMES. */
export interface JobResult {
  readonly outcome: number;
  /** HTTP status; 0 where there is none. */
  readonly status: number;
  readonly bytes: number;
  /** CRC-32 of what the job produced; 0 where it produced nothing to compare. */
  readonly digest: number;
  /** Why it is not ok; null if it is. */
  readonly message: string | null;
  /** How long the server asks to wait before another request, ms. */
  readonly retryAfterMs?: number;
  /** What the user's code returned; undefined where there is none, and of a job that failed. */
  readonly value: unknown;
}

/** A workload opened in one thread. */
export interface JobExecutor {
  /**
   * Runs the item at a position. May reject, or throw, whatever the user's code throws: the caller classifies
   * it. A result with an outcome other than ok is a failure that has been classified already.
   */
  run(item: number, position: number, slot: Slot): Promise<JobResult>;
  /** Connections that a trial at full concurrency would have to open first; 0 where nothing is known. */
  missingConnections(): number;
  /** Closes idle connections. Only called between trials; the next jobs open them again. */
  disconnect(): void;
  /**
   * One that does the same over the same connections and tells `trace` which request is whose and what the
   * user's functions took. It stands in for this one in a traced trial. Missing where requests can't be told
   * apart: their jobs are then known by their asynchronous context.
   */
  traced?(trace: JobTrace): Promise<JobExecutor>;
  close(): Promise<void>;
}

const WORKLOAD = Symbol.for('threadmill.workload.v1');

/** What `defineWorkload` and `httpWorkload` return. Treat it as opaque: its shape may change. */
export interface Workload {
  readonly name: string;
  /** Number of different items; the plan cycles through them. */
  readonly itemCount: number;
  /** Where its requests go, for the report; null for work without HTTP. */
  readonly origin: string | null;
  /** Of servers, which its own code trusts: those that Node does, or any, or it has TLS options of its own. */
  readonly certificates: 'node' | 'own' | 'unchecked';
  /** Client that sends its requests; null: as `--client` says. */
  readonly client: ClientName | null;
  /** Requests of a job at the most; null: as `--retry` says. */
  readonly attempts: number | null;
  itemName(index: number): string;
  /** The item's input, or its request (`GET https://host/path`), as short text; null where the index says it all. */
  itemInput(index: number, madePath: string | null): string | null;
  open(context: ThreadContext): Promise<JobExecutor>;
  /** Data of each item; null where its index says it all. */
  readonly inputs: readonly unknown[] | null;
  /** Opens the CPU part of its jobs by itself; null where they have none. */
  readonly openCompute:
    | ((context: Pick<ThreadContext, 'thread' | 'slots'>) => Promise<ComputeExecutor>)
    | null;
}

/** Marks an object as a workload, so that two copies of this module recognise each other's. */
export function brandWorkload<T extends Workload>(workload: T): T {
  Object.defineProperty(workload, WORKLOAD, { value: true });
  return workload;
}

export function isWorkload(value: unknown): value is Workload {
  return typeof value === 'object' && value !== null && WORKLOAD in value;
}

/** A mistake in a workload's definition; the message names the field. */
export class WorkloadError extends Error {
  readonly code = 'workload-invalid';
  constructor(message: string) {
    super(message);
    this.name = 'WorkloadError';
  }
}

/** Most items a workload may have: as many jobs as a run may have. */
export const MAX_ITEMS = LIMITS.jobs;

/** Optional functions of a definition: each is one, or is not there. */
export function checkFunctions<Definition extends object>(
  where: string,
  definition: Definition,
  fields: readonly (keyof Definition & string)[],
): void {
  for (const field of fields) {
    if (definition[field] !== undefined && typeof definition[field] !== 'function') {
      throw new WorkloadError(`${where}: \`${field}\` must be a function`);
    }
  }
}

/** How a name is compared with one that may have been meant: `setUp`, `header`, `base_url`. */
function sketch(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/s$/, '');
}

/** Fields of its own a definition may have; one that is nearly called like ours would be passed over in silence. */
export function checkSpelling(where: string, definition: object, fields: readonly string[]): void {
  for (const given of Object.keys(definition)) {
    if (fields.includes(given)) continue;
    const meant = fields.find((field) => sketch(field) === sketch(given));
    if (meant !== undefined) throw new WorkloadError(`${where}: \`${given}\` must be called \`${meant}\``);
  }
}
