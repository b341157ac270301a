import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** Keeps one descriptor back, so that rows can be written when connections have taken all others. */
export class SpareDescriptor {
  #held = take();

  /** Runs `write` with that descriptor free. `write` is synchronous, and opens one file at a time. */
  lend(write: () => void): void {
    if (this.#held !== null) closeSync(this.#held);
    try {
      write();
    } finally {
      this.#held = take();
    }
  }
}

function take(): number | null {
  try {
    return openSync(devNull, 'r');
  } catch {
    return null;
  }
}
