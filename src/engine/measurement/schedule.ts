/** When each turn of an open-loop trial is meant to start: process.hrtime() and offsets, ns, in shared memory. */
export class Schedule {
  readonly buffer: SharedArrayBuffer;
  /** Offsets from the start by turn, ns; never decreasing. */
  readonly offsets: Float64Array;
  readonly #start: Float64Array;
  readonly #giveUpNs: number;

  /** @param giveUpNs time after the last due turn at which turns not yet started are given up */
  constructor(turns: number, giveUpNs: number, buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer((1 + turns) * 8);
    this.#start = new Float64Array(this.buffer, 0, 1);
    this.offsets = new Float64Array(this.buffer, 8, turns);
    this.#giveUpNs = giveUpNs;
  }

  /** To be called before the threads are sent to work: they read it as they find it. */
  begin(startNs: number): void {
    this.#start[0] = startNs;
  }

  /** On the clock of process.hrtime(), ns. */
  dueNs(turn: number): number {
    return this.#start[0]! + this.offsets[turn]!;
  }

  /** True when whatever has not started is given up. */
  isOver(nowNs: number): boolean {
    const last = this.offsets.length - 1;
    return last < 0 || nowNs > this.dueNs(last) + this.#giveUpNs;
  }

  /** Intended start of each position, ns, given the order in which positions take their turns. */
  dueByPosition(order: Uint32Array): Float64Array<ArrayBuffer> {
    const due = new Float64Array(order.length);
    for (let turn = 0; turn < order.length; turn++) due[order[turn]!] = this.dueNs(turn);
    return due;
  }
}
