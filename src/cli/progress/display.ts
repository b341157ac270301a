import type { Progress, ProgressEvent } from '../../core/progress.ts';

export interface Display extends Progress {
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
