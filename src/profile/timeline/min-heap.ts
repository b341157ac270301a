/** A queue of numbers by their keys, lowest key first. Binary heap. */
export class MinHeap {
  readonly #keys: number[] = [];
  readonly #values: number[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** Infinity if there is nothing. */
  get lowestKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, value: number): void {
    let place = this.#keys.push(key) - 1;
    this.#values.push(value);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#keys[above]! <= key) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(place, key, value);
  }

  /** Takes out the value with the lowest key; undefined if there is nothing. */
  pop(): number | undefined {
    const lowest = this.#values[0];
    const key = this.#keys.pop();
    const value = this.#values.pop();
    const size = this.#keys.length;
    if (key === undefined || value === undefined || size === 0) return lowest;
    let place = 0;
    for (let below = 1; below < size; below = 2 * place + 1) {
      if (below + 1 < size && this.#keys[below + 1]! < this.#keys[below]!) below++;
      if (this.#keys[below]! >= key) break;
      this.#move(below, place);
      place = below;
    }
    this.#put(place, key, value);
    return lowest;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#keys[from]!, this.#values[from]!);
  }

  #put(place: number, key: number, value: number): void {
    this.#keys[place] = key;
    this.#values[place] = value;
  }
}
