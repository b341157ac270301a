import { deserialize, Serializer, serialize } from 'node:v8';
import { MessageChannel, receiveMessageOnPort, type TransferListItem } from 'node:worker_threads';
import type { MovedData } from '../../core/documents/breakdown.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { Clock } from '../measurement/clock.ts';
import type { TraceColumns } from '../measurement/trace-table.ts';
import { costOfReading, openThreadCpuClock, type ThreadCpuClock } from '../measurement/user-code.ts';
import type { Post, TaskMessage, Wire } from './wire.ts';

/** Messages of a trial that are measured, about, and the time limit for it in one thread and direction, ns. */
const SAMPLES = 256;
const BUDGET_NS = 100 * NS_PER_MS;
/** A message that holds next to nothing, and how often it is sent to know its cost. */
const SMALL: TaskMessage = { task: 0, result: 0 };
const SMALL_MESSAGES = 64;

/**
 * Counts the messages with the jobs' data that one thread sends and receives, and takes the CPU time of a sample of
 * them. By the clock a thread that loses its CPU meanwhile would seem to take longer. Node tells nobody how long it
 * takes to receive a message: copies of a sample are sent to this thread itself and received there. That is an
 * estimate. It has nearly all of the time for objects and strings; for a large Buffer it has about a quarter, because
 * its memory is in use already.
 */
export class MessageMeter {
  readonly #columns: TraceColumns;
  readonly #clock: Clock;
  readonly #side: 'main' | 'worker';
  readonly #every: number;
  readonly #wire: Wire;
  readonly #post: Post;
  readonly #channel = new MessageChannel();
  /** Of results that this worker thread posts next, in order. */
  readonly #answers: number[] = [];
  readonly #sent = {
    messages: 0,
    transferred: 0,
    transferredBytes: 0,
    bytes: 0,
    measured: 0,
    ns: 0,
    ownNs: 0,
  };
  readonly #received = { messages: 0, replayed: 0, ns: 0, ownNs: 0 };
  readonly #cpu: ThreadCpuClock | null = openThreadCpuClock();
  readonly #readingNs: number;
  /** Of the messages that hold next to nothing. */
  #smallNs = 0;

  constructor(columns: TraceColumns, clock: Clock, side: 'main' | 'worker', wire: Wire) {
    this.#columns = columns;
    this.#clock = clock;
    this.#side = side;
    this.#readingNs = this.#cpu === null ? 0 : costOfReading(this.#cpu);
    this.#wire = wire;
    this.#post = wire.post;
    this.#every = Math.ceil(columns.postedAt.length / SAMPLES);
    const [meter, post] = [this, this.#post];
    wire.post = function (this: unknown, message, list = []) {
      if (wire.carries(message)) return meter.#posting(this, message, list);
      // A BroadcastChannel looks at what its port returns.
      return post.call(this, message, list);
    };
  }

  /** In the main thread: the CPU part of a job is given to the pool. */
  handed(position: number): void {
    this.#columns.handedAt[position] = this.#clock();
  }

  /** In a worker thread: the result that is posted next is that of this job. */
  answering(position: number): void {
    this.#answers.push(position);
  }

  /** A message has arrived. @param copied what of it was not transferred */
  received(position: number | null, copied: unknown): void {
    const now = this.#clock();
    const { heardAt, receivedAt } = this.#columns;
    if (position !== null) (this.#side === 'main' ? heardAt : receivedAt)[position] = now;
    const received = this.#received;
    if (received.messages++ % this.#every !== 0 || received.ownNs > BUDGET_NS) return;
    received.ns += this.#cpuOf(this.#arriving(copied));
    received.replayed++;
    received.ownNs += this.#clock() - now;
  }

  /** What the system does when a copy of this arrives. */
  #arriving(copied: unknown): () => void {
    if (this.#wire.kind === 'ipc') {
      const bytes = serialize(copied);
      return () => deserialize(bytes);
    }
    const { port1, port2 } = this.#channel;
    // Not through this meter: a copy may look like a message of the pool.
    this.#post.call(port1, copied, []);
    return () => receiveMessageOnPort(port2);
  }

  /** CPU that it takes, ns; by the clock where the system does not tell. */
  #cpuOf(run: () => void): number {
    const read = this.#cpu?.read ?? this.#clock;
    const before = read();
    run();
    return Math.max(0, read() - before - this.#readingNs);
  }

  stop(): MovedData {
    this.#wire.post = this.#post;
    const small = this.#small();
    this.#channel.port1.close();
    this.#cpu?.close();
    const { messages, transferred, transferredBytes, bytes, measured, ns } = this.#sent;
    const { messages: received, replayed, ns: replayedNs } = this.#received;
    return {
      sent: {
        messages,
        transferred,
        transferredBytes,
        copiedBytes: measured === 0 ? 0 : (bytes / measured) * messages,
        serialiseMs: measured === 0 ? 0 : ((ns / measured) * messages) / NS_PER_MS,
        smallMs: small.sentMs,
      },
      received: {
        messages: received,
        deserialiseMs: replayed === 0 ? 0 : ((replayedNs / replayed) * received) / NS_PER_MS,
        smallMs: small.receivedMs,
      },
      ownMs: (this.#sent.ownNs + this.#received.ownNs + this.#smallNs) / NS_PER_MS,
    };
  }

  /** CPU to write and to read a message that holds next to nothing, ms; to a child process, without the pipe. */
  #small(): { readonly sentMs: number; readonly receivedMs: number } {
    const startedAt = this.#clock();
    const { port1, port2 } = this.#channel;
    const msEach = (run: () => void) =>
      this.#cpuOf(() => {
        for (let i = 0; i < SMALL_MESSAGES; i++) run();
      }) /
      SMALL_MESSAGES /
      NS_PER_MS;
    const isIpc = this.#wire.kind === 'ipc';
    const bytes = serialize(SMALL);
    const sentMs = msEach(isIpc ? () => serialize(SMALL) : () => port1.postMessage(SMALL));
    const receivedMs = msEach(isIpc ? () => deserialize(bytes) : () => receiveMessageOnPort(port2));
    this.#smallNs = this.#clock() - startedAt;
    return { sentMs, receivedMs };
  }

  #posting(port: unknown, message: TaskMessage, list: readonly TransferListItem[]): void {
    const sent = this.#sent;
    const position =
      this.#side === 'worker'
        ? (this.#answers.shift() ?? null)
        : positionOf(message.task ?? message.params?.[0]);
    const transferredBytes = list.reduce(
      (sum, item) => sum + (item instanceof ArrayBuffer ? item.byteLength : 0),
      0,
    );
    const { postedAt, answeredAt } = this.#columns;
    if (position !== null) (this.#side === 'main' ? postedAt : answeredAt)[position] = this.#clock();
    if (list.length > 0) sent.transferred++;
    sent.transferredBytes += transferredBytes;
    if (sent.messages++ % this.#every !== 0 || sent.ownNs > BUDGET_NS) {
      this.#post.call(port, message, list);
      return;
    }
    sent.ns += this.#cpuOf(() => this.#post.call(port, message, list));
    const postedNs = this.#clock();
    // After it was posted: to look at a string may make it quicker to post.
    sent.bytes += this.#wire.kind === 'ipc' ? serialize(message).length : copiedBytesOf(message);
    sent.measured++;
    sent.ownNs += this.#clock() - postedNs;
  }
}

function positionOf(task: unknown): number | null {
  if (typeof task === 'number') return task;
  return typeof task === 'object' && task !== null && 'position' in task ? (task.position as number) : null;
}

/**
 * Bytes that structured clone writes for a message. A view counts with all of its ArrayBuffer, which is what is
 * copied; one that was transferred is empty by now.
 */
function copiedBytesOf(message: unknown): number {
  const serializer = new SizeSerializer();
  try {
    serializer.writeValue(message);
  } catch {
    // An ArrayBuffer by itself that was transferred: what stands beside it is a few bytes.
    return 0;
  }
  let bytes = serializer.releaseBuffer().length;
  for (const buffer of serializer.buffers) bytes += buffer.byteLength;
  return bytes;
}

/** Writes views as nothing, and notes their memory. */
class SizeSerializer extends Serializer {
  readonly buffers = new Set<ArrayBufferLike>();

  constructor() {
    super();
    // Node documents it; its types leave it out.
    (
      this as unknown as { _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void }
    )._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(value: unknown): void {
    if (ArrayBuffer.isView(value)) this.buffers.add(value.buffer);
    this.writeUint32(0);
  }

  _getSharedArrayBufferId(): number {
    return 0;
  }
}
