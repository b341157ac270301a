import { join } from 'node:path';
import type { Progress } from '../core/progress.ts';
import type { LogFollower } from '../store/log-follower.ts';
import type { Display } from './progress/display.ts';
import { wantsColour } from './terminal.ts';

/** The logs of a run as --verbose shows them: read where nothing is being timed. */
export class Logs {
  readonly #display: Display;
  readonly #Follower: typeof LogFollower | null;
  #follower: LogFollower | null = null;

  private constructor(display: Display, Follower: typeof LogFollower | null) {
    this.#display = display;
    this.#Follower = Follower;
  }

  static async open(display: Display, wanted: boolean): Promise<Logs> {
    return new Logs(display, wanted ? (await import('../store/log-follower.ts')).LogFollower : null);
  }

  follow(dir: string): void {
    if (this.#Follower === null) return;
    const colour = wantsColour(process.stderr, process.env);
    this.#follower = new this.#Follower({ dir, colour, write: (text) => this.#display.print(text) });
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
