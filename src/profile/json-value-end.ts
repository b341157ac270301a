import { BACKSLASH, CLOSE, CLOSE_LIST, endsScalar, OPEN, OPEN_LIST, QUOTE } from './json-bytes.ts';

/** Finds where a JSON value ends that may lie in several chunks, checking only what that takes. */
export class ValueEnd {
  readonly #maxDepth: number;
  readonly #tooDeep: () => Error;
  #kind: 'container' | 'string' | 'scalar' = 'scalar';
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(maxDepth: number, tooDeep: () => Error) {
    this.#maxDepth = maxDepth;
    this.#tooDeep = tooDeep;
  }

  /** With the value's first byte; returns where to look for its end from, or −1 if no value begins like that. */
  begin(byte: number, at: number): number {
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    if (byte === OPEN || byte === OPEN_LIST) this.#kind = 'container';
    else if (byte === QUOTE) this.#kind = 'string';
    else if (endsScalar(byte)) return -1;
    else this.#kind = 'scalar';
    return this.#kind === 'string' ? at + 1 : at;
  }

  /** The place after its last byte; −1 if it continues in the next chunk. */
  find(bytes: Buffer, at: number): number {
    if (this.#kind === 'container') return this.#container(bytes, at);
    return this.#kind === 'string' ? this.#string(bytes, at) : scalar(bytes, at);
  }

  #container(bytes: Buffer, at: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let position = at;
    while (position < bytes.length) {
      const byte = bytes[position++]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) {
        if (++depth > this.#maxDepth) throw this.#tooDeep();
      } else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0) return position;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return -1;
  }

  #string(bytes: Buffer, at: number): number {
    let escaped = this.#escaped;
    for (let position = at; position < bytes.length; position++) {
      const byte = bytes[position]!;
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) return position + 1;
    }
    this.#escaped = escaped;
    return -1;
  }
}

function scalar(bytes: Buffer, at: number): number {
  for (let position = at; position < bytes.length; position++) {
    if (endsScalar(bytes[position]!)) return position;
  }
  return -1;
}
