import { MessagePort, type TransferListItem } from 'node:worker_threads';
import type { PoolName } from '../../core/variants.ts';

/** A message of a pool: a task on its way to a worker, or its result on the way back. */
export interface TaskMessage {
  readonly task?: unknown;
  /** workerpool: the task is the only one. */
  readonly params?: readonly unknown[];
  readonly result?: unknown;
}

/** Of a MessagePort, a ChildProcess or a process. */
export type Post = (this: unknown, message: unknown, list?: readonly TransferListItem[]) => void;

/** How the messages of a pool go from this thread to others. */
export interface Wire {
  readonly kind: 'ports' | 'ipc';
  carries(message: unknown): message is TaskMessage;
  /** A meter puts its own in the place of this while it runs. */
  post: Post;
}

function hasTaskId(message: unknown): message is TaskMessage {
  return typeof message === 'object' && message !== null && 'taskId' in message;
}

/** Of workerpool. */
function isCall(message: unknown): message is TaskMessage {
  if (typeof message !== 'object' || message === null || !('id' in message)) return false;
  return 'params' in message || ('result' in message && 'error' in message);
}

/** All ports of this thread: those of its worker threads. */
function allPorts(carries: Wire['carries']): Wire {
  return {
    kind: 'ports',
    carries,
    get post() {
      return MessagePort.prototype.postMessage as Post;
    },
    set post(post) {
      MessagePort.prototype.postMessage = post as MessagePort['postMessage'];
    },
  };
}

export const PORT_WIRE = allPorts(hasTaskId);
export const WORKERPOOL_WIRE = allPorts(isCall);

/** Between this process and another, with advanced serialisation. */
export const IPC_WIRE: Wire = {
  kind: 'ipc',
  carries: hasTaskId,
  post(message) {
    // Whether the other is still there is told by its exit.
    (this as { send: NonNullable<NodeJS.Process['send']> }).send(message, undefined, undefined, () => {});
  },
};

/** On which a worker thread sends results, while `guardResults` guards them. */
export function resultWire(pool: PoolName): Wire {
  const isTask = pool === 'workerpool' ? isCall : hasTaskId;
  // A job may have a pool of its own, and send tasks to it.
  const carries = (message: unknown): message is TaskMessage => isTask(message) && 'result' in message;
  return { kind: 'ports', carries, post: MessagePort.prototype.postMessage as Post };
}
