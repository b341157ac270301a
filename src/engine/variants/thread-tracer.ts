import { AsyncLocalStorage } from 'node:async_hooks';
import type { AttemptTrace, ThreadTrace } from '../../core/documents/breakdown.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { AttemptLog } from '../../workload/job-trace.ts';
import type { JobExecutor, JobResult, Slot } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import { FlightWatch, loopIdleMs } from '../measurement/flight-watch.ts';
import { NO_JOB, RequestTrace } from '../measurement/request-trace.ts';
import { TraceTable } from '../measurement/trace-table.ts';
import { UserCode } from '../measurement/user-code.ts';

/** Says in whose name code runs, over all that the job sets off and waits for. */
class JobContexts {
  readonly #storage = new AsyncLocalStorage<{ readonly position: number; settled: boolean }>();

  run(position: number, start: () => Promise<JobResult>): Promise<JobResult> {
    const job = { position, settled: false };
    const running = this.#storage.run(job, start);
    const settled = () => {
      job.settled = true;
    };
    running.then(settled, settled);
    return running;
  }

  /** −1 outside any job, and in what outlives its job: a connection say, that others use after it. */
  current = (): number => {
    const job = this.#storage.getStore();
    return job === undefined || job.settled ? NO_JOB : job.position;
  };

  /** Asynchronous contexts cost every promise of the thread: they end with the trial. */
  close(): void {
    this.#storage.disable();
  }
}

/** Of each thread: 40 bytes each, and as text in the description of the trial. */
const MAX_ATTEMPTS = 20_000;

class Attempts implements AttemptLog {
  readonly #clock: Clock;
  readonly #columns = {
    position: [] as number[],
    startNs: [] as number[],
    endNs: [] as number[],
    outcome: [] as number[],
    status: [] as number[],
  };
  #leftOut = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ended(position: number, tookMs: number, outcome: number, status: number): void {
    const columns = this.#columns;
    if (columns.position.length === MAX_ATTEMPTS) {
      this.#leftOut++;
      return;
    }
    const endNs = this.#clock();
    columns.position.push(position);
    columns.startNs.push(endNs - tookMs * NS_PER_MS);
    columns.endNs.push(endNs);
    columns.outcome.push(outcome);
    columns.status.push(status);
  }

  read(): AttemptTrace | null {
    if (this.#columns.position.length === 0) return null;
    return { ...this.#columns, leftOut: this.#leftOut };
  }
}

interface RunningTrace {
  readonly requests: RequestTrace;
  readonly code: UserCode;
  readonly attempts: Attempts;
}

/** What a thread has besides its executor in a traced trial; loaded then, so that timed trials run without it. */
export class ThreadTracer {
  /** To be used instead of the thread's own until `stop`. */
  readonly executor: JobExecutor;
  readonly #trace: RunningTrace;
  readonly #contexts: JobContexts | null;
  readonly #flights: FlightWatch;

  private constructor(
    executor: JobExecutor,
    trace: RunningTrace,
    contexts: JobContexts | null,
    flights: FlightWatch,
  ) {
    this.executor = executor;
    this.#trace = trace;
    this.#contexts = contexts;
    this.#flights = flights;
  }

  /** @param table memory of the trial's trace table, `jobs` rows */
  static async start(
    executor: JobExecutor,
    table: SharedArrayBuffer,
    jobs: number,
    clock: Clock,
  ): Promise<ThreadTracer> {
    const { columns } = new TraceTable(jobs, table);
    const contexts = executor.traced === undefined ? new JobContexts() : null;
    const trace: RunningTrace = {
      requests: new RequestTrace(columns, clock, contexts?.current),
      code: new UserCode(columns, clock),
      attempts: new Attempts(clock),
    };
    const inner = (await executor.traced?.(trace)) ?? executor;
    const flights = new FlightWatch(clock);
    const { loopIdle } = columns;
    const run = (item: number, position: number, slot: Slot): Promise<JobResult> => {
      flights.enter();
      const idleBefore = loopIdleMs();
      const leave = () => {
        loopIdle[position] = (loopIdleMs() - idleBefore) * NS_PER_MS;
        flights.leave();
      };
      try {
        const start = () => inner.run(item, position, slot);
        const running = contexts === null ? start() : contexts.run(position, start);
        running.then(leave, leave);
        return running;
      } catch (thrown) {
        leave();
        throw thrown;
      }
    };
    trace.requests.start();
    return new ThreadTracer(
      {
        run,
        missingConnections: () => executor.missingConnections(),
        disconnect: () => executor.disconnect(),
        close: () => executor.close(),
      },
      trace,
      contexts,
      flights,
    );
  }

  /** Nothing is noted any more after this. */
  stop(): Pick<ThreadTrace, 'work' | 'userCpuShare' | 'idle' | 'attempts'> {
    const { requests, code } = this.#trace;
    const attempts = this.#trace.attempts.read();
    requests.stop();
    code.close();
    this.#contexts?.close();
    return {
      work: this.#contexts === null ? 'timed' : 'jobs',
      userCpuShare: code.cpuShare,
      idle: this.#flights.read(),
      ...(attempts && { attempts }),
    };
  }
}
