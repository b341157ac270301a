/**
 * Keeps as many things as fit into so much room: the smallest of all that came, of equal ones the first to come. At
 * no time are more of them held than fit. `add` says which of them, the new one included, have to go: in whatever order things come,
 * the same stay as if they had been taken from the smallest up until one did not fit (but for the order of equals).
 */
export class SmallestFirst<T> {
  readonly #room: number;
  /** Ascending. */
  readonly #kept: { readonly thing: T; readonly size: number }[] = [];
  #size = 0;

  constructor(room: number) {
    this.#room = room;
  }

  add(thing: T, size: number): T[] {
    const larger = this.#kept.findIndex((each) => each.size > size);
    this.#kept.splice(larger < 0 ? this.#kept.length : larger, 0, { thing, size });
    this.#size += size;
    const gone: T[] = [];
    while (this.#size > this.#room) {
      const last = this.#kept.pop()!;
      this.#size -= last.size;
      gone.push(last.thing);
    }
    return gone;
  }
}
