import { join } from 'node:path';
import type { Progress } from '../core/progress.ts';
import { LogFollower } from '../store/log-follower.ts';
import type { Display } from './progress/display.ts';
import { wantsColour } from './terminal.ts';

/** The logs of a run as --verbose shows them: read where nothing is being timed. */
export class Logs {
  readonly #display: Display;
  readonly #wanted: boolean;
  #follower: LogFollower | null = null;

  constructor(display: Display, wanted: boolean) {
    this.#display = display;
    this.#wanted = wanted;
  }

  follow(dir: string): void {
    if (!this.#wanted) return;
    const colour = wantsColour(process.stderr, process.env);
    this.#follower = new LogFollower({ dir, colour, write: (text) => this.#display.print(text) });
  }

  show(): void {
    this.#follower?.flush();
  }
}

export function withLogs(display: Display, logs: Logs): Progress {
  return {
    event(event) {
      if (event.type === 'started') logs.follow(join(event.runDir, 'logs'));
      display.event(event);
    },
    close: () => display.close(),
  };
}
