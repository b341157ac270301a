/** The bytes of a value that may lie in several chunks. */
export class CapturedBytes {
  readonly #most: number;
  readonly #tooLong: () => Error;
  /** Where it starts or continues in this chunk; earlier chunks are in `#parts`. */
  #from = 0;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(most: number, tooLong: () => Error) {
    this.#most = most;
    this.#tooLong = tooLong;
  }

  begin(at: number): void {
    this.#from = at;
  }

  /** The chunk ends within the value. A copy is kept: the chunk belongs to whoever wrote it. */
  keep(chunk: Buffer): void {
    this.#grow(chunk.length - this.#from);
    this.#parts.push(Buffer.from(chunk.subarray(this.#from)));
    this.#from = 0;
  }

  /** The value ends before `to`. What is returned may be memory of the chunk. */
  finish(chunk: Buffer, to: number): Buffer {
    this.#grow(to - this.#from);
    const last = chunk.subarray(this.#from, to);
    const whole = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#length = 0;
    return whole;
  }

  #grow(bytes: number): void {
    this.#length += bytes;
    if (this.#length > this.#most) throw this.#tooLong();
  }
}
