import { threadId } from 'node:worker_threads';
import { toErrorData } from '../../core/errors.ts';
import {
  redactError,
  redactStart,
  rememberEnvironmentSecrets,
  rememberUrlSecrets,
} from '../../core/redaction.ts';
import { SharedState } from '../measurement/shared-state.ts';
import type { ChannelMessage, Command } from './thread-channel.ts';
import { type HostData, ThreadHost } from './thread-host.ts';

/** `workerData` of a pool's threads. */
export interface PoolWorkerData {
  readonly channel: string;
  readonly host: HostData;
  readonly concurrency: number;
  readonly workers: number;
}

/** Of a message or stack that ends a thread, characters. */
const THROWN_LENGTH = 10_000;

/** Slots of one thread: the concurrency divided as evenly as whole numbers allow. */
export function lanesOf(thread: number, concurrency: number, workers: number): number {
  const place = (thread - 1) % workers;
  return Math.floor(concurrency / workers) + (place < concurrency % workers ? 1 : 0);
}

/** A thread of a pool: what its two kinds of task do, and its answers to the main thread. */
export interface PoolWorker {
  runJob(position: number): Promise<void> | undefined;
  runBatch(): Promise<void>;
}

/** Opens the workload in this thread and says hello; a failure is told as data, then thrown. */
export async function openPoolWorker(data: PoolWorkerData): Promise<PoolWorker> {
  const channel = new BroadcastChannel(data.channel);
  const send = (message: ChannelMessage) => channel.postMessage(message);
  const state = new SharedState(data.host.jobs, data.host.shared);
  const thread = state.takeThreadNumber();
  rememberEnvironmentSecrets(process.env);
  rememberUrlSecrets(data.host.settings.baseUrl);
  process.on('uncaughtExceptionMonitor', redactThrown);
  let host: ThreadHost;
  try {
    host = await ThreadHost.open(data.host, state, thread, lanesOf(thread, data.concurrency, data.workers));
  } catch (thrown) {
    send({ kind: 'failed', error: redactError(toErrorData(thrown)) });
    throw thrown;
  }
  channel.onmessage = (event: unknown) => {
    const message = (event as { data: ChannelMessage }).data;
    if (message.kind !== 'ask') return;
    const { id } = message;
    obey(host, message.command).then(
      (value) => send({ kind: 'answer', id, threadId, thread, value }),
      (thrown: unknown) => send({ kind: 'refused', id, threadId, error: redactError(toErrorData(thrown)) }),
    );
  };
  send({ kind: 'hello', thread, threadId });
  return {
    runJob: (position) => host.runJob(position),
    runBatch: () => host.runPlan(),
  };
}

/** Of what ends this thread: the main thread, which hears of it, knows no secrets of this one's requests. */
function redactThrown(thrown: Error): void {
  if (!(thrown instanceof Error)) return;
  Reflect.set(thrown, 'stack', redactStart(String(thrown.stack), THROWN_LENGTH));
  Reflect.set(thrown, 'message', redactStart(String(thrown.message), THROWN_LENGTH));
}

async function obey(host: ThreadHost, command: Command): Promise<unknown> {
  switch (command.command) {
    case 'connect':
      return host.connect();
    case 'disconnect':
      return host.disconnect();
    case 'prepare':
      return host.prepare(command.trace, command.watchLoop);
    case 'report':
      return host.report();
    case 'profile-start':
      return host.startProfiling(command.samplingIntervalUs);
    case 'profile-stop':
      return host.stopProfiling();
    case 'heap-start':
      return host.startHeapSampling(command.intervalBytes);
    case 'heap-stop':
      return host.stopHeapSampling();
    case 'close':
      return host.close();
  }
}
