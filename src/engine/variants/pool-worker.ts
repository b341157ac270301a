import { threadId } from 'node:worker_threads';
import { toErrorData } from '../../core/errors.ts';
import {
  redactError,
  redactStart,
  rememberEnvironmentSecrets,
  rememberUrlSecrets,
} from '../../core/redaction.ts';
import type { PoolName } from '../../core/variants.ts';
import type { SentInput } from '../../workload/workload.ts';
import { createClock } from '../measurement/clock.ts';
import { SharedState } from '../measurement/shared-state.ts';
import type { ComputeHost, ComputeReply, ComputeTask } from './compute-host.ts';
import { guardResults } from './handover.ts';
import type { MessageMeter } from './message-meter.ts';
import type { ChannelMessage, Command } from './thread-channel.ts';
import type { HostData, ThreadHost, ThreadReport } from './thread-host.ts';
import { resultWire, type Wire } from './wire.ts';

/** What a task of a pool is: a job, as many jobs as there are, or the CPU part of a job. */
export type TaskKind = 'runJob' | 'runBatch' | 'compute';

/** A position of the plan, with the input of its job if that is sent. */
export type JobTask = number | (SentInput & { readonly position: number });

export interface PoolWorkerData {
  readonly channel: string;
  readonly pool: PoolName;
  readonly host: HostData;
  readonly concurrency: number;
  readonly workers: number;
  readonly task: TaskKind;
}

/** Of a message or stack that ends a thread, characters. */
export const THROWN_LENGTH = 10_000;

/**
 * Slots of one thread: the concurrency divided as evenly as whole numbers allow.
 * @param place of the thread among the workers, 0-based
 */
export function slotsOf(place: number, concurrency: number, workers: number): number {
  return Math.floor(concurrency / workers) + (place < concurrency % workers ? 1 : 0);
}

/** A thread of a pool: what its tasks do, by their kind. */
interface PoolWorker {
  runJob(task: JobTask): Promise<unknown> | undefined;
  runBatch(): Promise<void>;
  compute(task: ComputeTask): Promise<ComputeReply | undefined>;
}

/** Opens the workload in this thread; see `openWorker`. */
export async function openPoolWorker(data: PoolWorkerData): Promise<PoolWorker> {
  const channel = new BroadcastChannel(data.channel);
  const state = new SharedState(data.host.jobs, data.host.shared);
  const thread = state.takeThreadNumber();
  const { worker, obey } = await openWorker(data, {
    id: threadId,
    thread,
    place: state.takePlace(thread, data.workers),
    state,
    wire: resultWire(data.pool),
    send: (message) => channel.postMessage(message),
  });
  guardResults(worker.wire, (result) => worker.valueIn(result), data.host.handover.transfer === 'transfer');
  channel.onmessage = (event: unknown) => obey((event as { data: ChannelMessage }).data);
  return worker;
}

/** State of one worker, thread or process. */
interface WorkerPlace {
  readonly id: number;
  readonly thread: number;
  /** 0-based, among the workers. */
  readonly place: number;
  readonly state: SharedState;
  readonly wire: Wire;
  send(message: ChannelMessage): void;
}

/** Opens the workload in this thread and reports it ready; a failure is sent as data, then thrown. */
export async function openWorker(
  data: PoolWorkerData,
  given: WorkerPlace,
  around: Around = (_, obey) => obey(),
) {
  const { id, thread, send } = given;
  rememberEnvironmentSecrets(process.env);
  rememberUrlSecrets(data.host.settings.baseUrl);
  process.on('uncaughtExceptionMonitor', redactThrown);
  let worker: JobWorker | ComputeWorker;
  try {
    worker = await (data.task === 'compute' ? ComputeWorker : JobWorker).open(data, given);
  } catch (thrown) {
    send({ kind: 'failed', error: redactError(toErrorData(thrown)) });
    throw thrown;
  }
  const obey = (message: ChannelMessage) => {
    if (message.kind !== 'ask') return;
    const { command } = message;
    around(command, (changed = command) => worker.obey(changed)).then(
      (value) => send({ kind: 'answer', id: message.id, threadId: id, thread, value }),
      (thrown: unknown) =>
        send({ kind: 'refused', id: message.id, threadId: id, error: redactError(toErrorData(thrown)) }),
    );
  };
  send({ kind: 'hello', thread, threadId: id });
  return { worker, obey };
}

/** What a process does besides when it is told something. */
export type Around = (command: Command, obey: (changed?: Command) => Promise<unknown>) => Promise<unknown>;

/** Answers to the main thread, whatever the thread's tasks are. */
abstract class Worker<Host extends ThreadHost | ComputeHost> {
  protected readonly host: Host;
  protected meter: MessageMeter | null = null;
  readonly wire: Wire;
  readonly #state: SharedState;

  constructor(host: Host, state: SharedState, wire: Wire) {
    this.host = host;
    this.wire = wire;
    this.#state = state;
  }

  abstract valueIn(result: unknown): unknown;

  async obey(command: Command): Promise<unknown> {
    const { host } = this;
    switch (command.command) {
      case 'connect':
        return host.connect();
      case 'disconnect':
        return host.disconnect();
      case 'prepare':
        if (command.trace !== null) await this.#meterMessages(command.trace);
        return host.prepare(command.trace, command.watchLoop);
      case 'report':
        return this.#report();
      case 'memory':
      case 'cpu':
        return undefined;
      case 'profile-start':
        return host.watch.startProfiling(command.samplingIntervalUs);
      case 'profile-stop':
        return host.watch.stopProfiling();
      case 'heap-start':
        return host.watch.startHeapSampling(command.intervalBytes);
      case 'heap-stop':
        return host.watch.stopHeapSampling();
      case 'held':
        return host.watch.held();
      case 'close':
        return host.close();
    }
  }

  async #meterMessages(trace: SharedArrayBuffer): Promise<void> {
    const [{ MessageMeter }, { TraceTable }] = await Promise.all([
      import('./message-meter.ts'),
      import('../measurement/trace-table.ts'),
    ]);
    const { columns } = new TraceTable(this.#state.jobs, trace);
    this.meter = new MessageMeter(columns, createClock(), 'worker', this.wire);
  }

  #report(): ThreadReport {
    const moved = this.meter?.stop() ?? null;
    this.meter = null;
    const report = this.host.report();
    return { ...report, traces: report.traces.map((trace) => ({ ...trace, moved })) };
  }
}

class JobWorker extends Worker<ThreadHost> implements PoolWorker {
  static async open(data: PoolWorkerData, { state, thread, place, wire }: WorkerPlace): Promise<JobWorker> {
    const { ThreadHost } = await import('./thread-host.ts');
    const slots = slotsOf(place, data.concurrency, data.workers);
    return new JobWorker(await ThreadHost.open(data.host, state, thread, slots), state, wire);
  }

  valueIn(result: unknown): unknown {
    return result;
  }

  runJob = (task: JobTask): Promise<unknown> | undefined => {
    const { meter } = this;
    if (meter !== null) return this.#runMetered(meter, task);
    return typeof task === 'number' ? this.host.runJob(task, null) : this.host.runJob(task.position, task);
  };

  async #runMetered(meter: MessageMeter, task: JobTask): Promise<unknown> {
    const [position, sent] = typeof task === 'number' ? [task, null] : [task.position, task];
    meter.received(position, task);
    const value = await this.host.runJob(position, sent);
    meter.answering(position);
    return value;
  }

  runBatch = (): Promise<void> => {
    this.meter?.received(null, null);
    return this.host.runPlan();
  };

  compute = (): never => {
    throw new Error('this thread runs whole jobs');
  };
}

class ComputeWorker extends Worker<ComputeHost> implements PoolWorker {
  static async open(data: PoolWorkerData, { state, thread, wire }: WorkerPlace): Promise<ComputeWorker> {
    const { ComputeHost } = await import('./compute-host.ts');
    return new ComputeWorker(await ComputeHost.open(data.host, state, thread), state, wire);
  }

  valueIn(reply: unknown): unknown {
    return typeof reply === 'object' && reply !== null && 'result' in reply ? reply.result : undefined;
  }

  compute = (task: ComputeTask): Promise<ComputeReply | undefined> => {
    const { meter } = this;
    return meter === null ? this.host.compute(task) : this.#computeMetered(meter, task);
  };

  async #computeMetered(meter: MessageMeter, task: ComputeTask): Promise<ComputeReply | undefined> {
    meter.received(task.position, task.transferred ? { ...task, body: null } : task);
    const reply = await this.host.compute(task);
    meter.answering(task.position);
    return reply;
  }

  runJob = (): never => {
    throw new Error('this thread runs the CPU part of jobs only');
  };

  runBatch = this.runJob;
}

/** Of what ends this thread: the main thread, which hears of it, knows no secrets of this one's requests. */
function redactThrown(thrown: Error): void {
  if (!(thrown instanceof Error)) return;
  Reflect.set(thrown, 'stack', redactStart(String(thrown.stack), THROWN_LENGTH));
  Reflect.set(thrown, 'message', redactStart(String(thrown.message), THROWN_LENGTH));
}
