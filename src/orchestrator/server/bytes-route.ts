import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../../core/limits.ts';
import { type ServerState, streamRepeated, writeHead } from './answer.ts';
import { parseInteger } from './query.ts';
import { Random } from './random.ts';

const PATTERN_BYTES = 65_536;

/** `/bytes/<n>`: n bytes, byte i of which depends only on the server's seed and on i mod 65,536. */
export class BytesRoute {
  readonly #state: ServerState;
  #pattern: Buffer | undefined;

  constructor(state: ServerState) {
    this.#state = state;
  }

  /** @throws {BadRequest} */
  handle(request: IncomingMessage, response: ServerResponse, count: string): void {
    const length = parseInteger('the number of bytes', count, 0, LIMITS.payloadBytes);
    this.#pattern ??= makePattern(this.#state.seed);
    const headers = ['content-type', 'application/octet-stream', 'content-length', String(length)];
    writeHead(this.#state, response, 200, headers);
    const repeats = Math.floor(length / PATTERN_BYTES);
    const rest = this.#pattern.subarray(0, length % PATTERN_BYTES);
    streamRepeated(request, response, this.#pattern, repeats, rest);
  }
}

function makePattern(seed: number): Buffer {
  const random = new Random(seed);
  const words = Uint32Array.from({ length: PATTERN_BYTES / 4 }, () => random.next32());
  return Buffer.from(words.buffer);
}
