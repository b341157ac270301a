/** A column of numbers whose length is not known beforehand. Doubles its room when that is used up. */
export class GrowingColumn {
  #values = new Float64Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = value;
  }

  /** Takes back what was pushed since it had this length. */
  backTo(length: number): void {
    this.#length = length;
  }

  /** What was pushed, in the column's own memory: pushing more may or may not show in it. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Float64Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
