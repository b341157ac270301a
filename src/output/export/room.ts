import { ThreadmillError } from '../../core/errors.ts';

/** Limits formats that repeat the stack with each sample: somebody else's profile could fill a disk. */
export class Room {
  readonly #most: number;
  readonly #what: string;
  #left: number;

  /** @param what is counted, in the plural: `frames of stacks`. */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
    this.#left = most;
  }

  /** @throws ThreadmillError 'export-too-large' if less than `amount` is left. */
  take(amount: number): void {
    this.#left -= amount;
    if (this.#left >= 0) return;
    throw new ThreadmillError(
      'export-too-large',
      `there are more than ${this.#most.toLocaleString('en-US')} ${this.#what}`,
      {
        advice: 'Choose a part with --variant, --thread or --round, or another format.',
      },
    );
  }
}

/** Of stacks that are in memory together: some ten bytes each. */
export function stackRoom(): Room {
  return new Room(20_000_000, 'frames in all stacks together');
}

/** Of a file that is written piece by piece: 4 GB. */
export function textRoom(): Room {
  return new Room(4_000_000_000, 'characters in all stacks together');
}
