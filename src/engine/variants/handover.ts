import { MessagePort } from 'node:worker_threads';
import type { Handover } from '../../core/documents/spec.ts';
import { messageOf } from '../../core/errors.ts';
import type { JobTask } from './pool-worker.ts';
import type { Wire } from './wire.ts';

/** The ArrayBuffer of bytes that are all of it, so that it can be transferred; null for any other value. */
export function ownBuffer(value: unknown): ArrayBuffer | null {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength === 0) return null;
  return ArrayBuffer.isView(value) && value.byteLength !== buffer.byteLength ? null : buffer;
}

/** Bytes as they are handed to another thread, and their ArrayBuffer if it is transferred. */
export function bytesToSend<Bytes extends Uint8Array | ArrayBuffer | null>(
  bytes: Bytes,
  mode: Handover['transfer'],
): { readonly bytes: Bytes | Uint8Array; readonly transfer: ArrayBuffer | null } {
  if (bytes === null || mode === 'clone') return { bytes, transfer: null };
  const transfer = ownBuffer(bytes);
  if (transfer !== null || mode === 'auto') return { bytes, transfer };
  const copy = new Uint8Array(bytes as Uint8Array);
  return { bytes: copy, transfer: ownBuffer(copy) };
}

/** How deep, and at how many values, `uncloneablePart` looks. */
const MAX_DEPTH = 20;
const MAX_VALUES = 10_000;

/**
 * Says which part of a value structured clone refuses: `result.items[3].parse is a function`.
 * @param name of the value itself
 */
export function uncloneablePart(value: unknown, name: string): string {
  let path = name;
  let part = value;
  let left = MAX_VALUES;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const inner = childrenOf(part).find(([, child]) => left-- > 0 && cloneErrorOf(child) !== null);
    if (inner === undefined) break;
    path += inner[0];
    part = inner[1];
  }
  if (typeof part === 'function') return `${path} is a function`;
  if (typeof part === 'symbol') return `${path} is a symbol`;
  return `${path}: ${cloneErrorOf(part) ?? 'it cannot be cloned'}`;
}

function childrenOf(value: unknown): [step: string, child: unknown][] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  try {
    if (value instanceof Map) {
      return [...value].flatMap(([key, child], at) => [
        [`.keys()[${at}]`, key],
        [`.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`, child],
      ]);
    }
    if (value instanceof Set) return [...value].map((child, at) => [`.values()[${at}]`, child]);
    const isArray = Array.isArray(value);
    return Object.entries(value).map(([key, child]) => [isArray ? `[${key}]` : `.${key}`, child]);
  } catch {
    // A getter of the user's own threw.
    return [];
  }
}

/** Why structured clone refuses a value; null if it does not. */
function cloneErrorOf(value: unknown): string | null {
  try {
    structuredClone(value);
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** How a worker says that a result cannot be cloned. */
export interface Refusal {
  readonly uncloneable: string;
}

/**
 * Guards the results of this worker thread. A pool's worker would end with all its jobs if one cannot be cloned; the
 * main thread hears of it instead.
 * @param partOf the job's value in what is posted
 * @param transfers whether a result that owns its whole ArrayBuffer is transferred
 */
export function guardResults(wire: Wire, partOf: (result: unknown) => unknown, transfers: boolean): void {
  const { post } = wire;
  MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, list?: never) {
    if (!wire.carries(message)) return post.call(this, message, list);
    const value = partOf(message.result);
    const buffer = transfers ? ownBuffer(value) : null;
    try {
      wire.post.call(this, message, buffer === null ? (list ?? []) : [buffer]);
    } catch {
      const error: Refusal = { uncloneable: uncloneablePart(value, 'result') };
      post.call(this, { ...message, result: null, error }, []);
    }
  };
}

/** What `refusalOf` says of a job that goes with its input. */
export function sentInput(task: JobTask): Sent {
  return {
    name: 'input',
    value: typeof task === 'number' ? undefined : task.input,
    advice: 'Make it plain data, or use --inputs load.',
  };
}

interface Sent {
  readonly name: string;
  readonly value: unknown;
  readonly advice: string;
}

/**
 * Why a job's data could not be moved; null if a task failed for another reason.
 * @param sent what was sent, by its name, and what to do if it cannot be
 */
export function refusalOf(thrown: unknown, sent: Sent): string | null {
  if (typeof thrown !== 'object' || thrown === null) return null;
  if ('uncloneable' in thrown) {
    return `its result cannot be cloned to the main thread: ${thrown.uncloneable}. Return plain data, or use --results digest.`;
  }
  if (!(thrown instanceof DOMException) || thrown.name !== 'DataCloneError') return null;
  const { name, value, advice } = sent;
  if (isDetached(value)) {
    return `its ${name} was transferred before: give each job bytes of its own, or use --transfer clone.`;
  }
  return `its ${name} cannot be cloned to a worker thread: ${uncloneablePart(value, name)}. ${advice}`;
}

/** Whether its ArrayBuffer has been transferred. */
function isDetached(value: unknown): boolean {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
