import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { decode, encode } from './protocol.ts';

const BLOCK_MS = 5_000;
const RETRY_MS = 100;
/** All are read at once; nobody is so far behind. */
const MAX_MESSAGES = 10_000;

/**
 * Adds a message to a stream, if there is one: what comes late must not begin it anew. Waits for the server if it is
 * away; rejects when the connection is closed.
 */
export async function post(client: Redis, stream: string, message: unknown): Promise<void> {
  await client.xadd(stream, 'NOMKSTREAM', 'MAXLEN', '~', MAX_MESSAGES, '*', 'm', encode(message));
}

/** Makes the streams that messages can be posted to. */
export async function openStreams(client: Redis, streams: readonly string[]): Promise<void> {
  for (const stream of streams) await client.xadd(stream, '*', 'm', encode(null));
}

/** Reads what comes to a stream, in order, across losses of the connection. */
export class Mailbox {
  readonly #client: Redis;
  readonly #stream: string;
  readonly #receive: (message: unknown) => void;
  #last: string;
  #closed = false;

  /** @param last of the messages that are not read any more; `0`: all are read */
  constructor(client: Redis, stream: string, last: string, receive: (message: unknown) => void) {
    // Its own: it waits most of the time.
    this.#client = client.duplicate();
    this.#client.on('error', () => {});
    this.#stream = stream;
    this.#last = last;
    this.#receive = receive;
    void this.#read();
  }

  /** Of the messages so far. */
  static async lastOf(client: Redis, stream: string): Promise<string> {
    const [entry] = await client.xrevrange(stream, '+', '-', 'COUNT', 1);
    return entry?.[0] ?? '0';
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      try {
        const found = await this.#client.xread('BLOCK', BLOCK_MS, 'STREAMS', this.#stream, this.#last);
        for (const [, entries] of found ?? []) {
          for (const [id, fields] of entries) {
            this.#last = id;
            const message = fields[1];
            const value = message === undefined ? null : decode(message);
            if (!this.#closed && value !== null) this.#receive(value);
          }
        }
      } catch {
        // Its connection was closed, or the server restarts.
        if (!this.#closed) await pause(RETRY_MS);
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#client.disconnect();
  }
}
