import type { Progress, ProgressEvent } from '../../core/progress.ts';

/** Progress that other text can be put between. */
export interface Display extends Progress {
  /** Whole lines that are to stay, log lines say. */
  print(text: string): void;
}

/** For --quiet, and for --json where nobody looks at a terminal. */
export class SilentDisplay implements Display {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  event(_event: ProgressEvent): void {}

  print(text: string): void {
    this.#write(text);
  }

  close(): void {}
}
