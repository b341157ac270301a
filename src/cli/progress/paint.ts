import type { StatusStream } from './status-trial.ts';

/** How a display that draws over itself is shown. */
export interface DrawnOptions {
  readonly stream: StatusStream;
  readonly colour: boolean;
  /** ms on any monotonic clock. */
  readonly now: () => number;
}

/** Codes that switch an attribute on and off again: ECMA-48, SGR. */
const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], cyan: [36, 39] } as const;

const BAR_WIDTH = 24;

/** Text with attributes, or as it is where colours are not wanted. */
export class Paint {
  readonly #colour: boolean;

  constructor(colour: boolean) {
    this.#colour = colour;
  }

  in(attribute: keyof typeof CODES, text: string): string {
    const [on, off] = CODES[attribute];
    return this.#colour && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }

  /** How much of the whole is done, both in any one unit. */
  bar(done: number, total: number): string {
    const filled = total === 0 ? 0 : Math.min(BAR_WIDTH, Math.round((BAR_WIDTH * done) / total));
    return `${this.in('cyan', '█'.repeat(filled))}${this.in('dim', '░'.repeat(BAR_WIDTH - filled))}`;
  }
}
