/** Pixel columns side by side that look the same, drawn as one rectangle. */
export class ColumnRuns {
  readonly #draw: (kind: number, level: number, x: number, width: number) => void;
  #kind = -1;
  #level = 0;
  #from = 0;
  #until = 0;

  /** @param draw what looks so, from x on. */
  constructor(draw: (kind: number, level: number, x: number, width: number) => void) {
    this.#draw = draw;
  }

  /** Columns come from left to right. */
  add(kind: number, level: number, x: number): void {
    if (kind === this.#kind && level === this.#level && x === this.#until) {
      this.#until += 1;
      return;
    }
    this.end();
    this.#kind = kind;
    this.#level = level;
    this.#from = x;
    this.#until = x + 1;
  }

  end(): void {
    if (this.#until > this.#from) this.#draw(this.#kind, this.#level, this.#from, this.#until - this.#from);
    this.#until = this.#from;
  }
}
