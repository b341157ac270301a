import type { Progress } from '../../core/progress.ts';

export interface Display extends Progress {
  print(text: string): void;
}

export class SilentDisplay implements Display {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  event(): void {}

  print(text: string): void {
    this.#write(text);
  }

  close(): void {}
}
