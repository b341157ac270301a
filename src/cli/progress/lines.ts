import type { ProgressEvent } from '../../core/progress.ts';
import type { Display } from './display.ts';
import { oneLine, PHASE_TITLES, phrase, roundText, timeLeft } from './wording.ts';

/** Plain lines for a log or a pipe: one for each phase, round and capture, not for each trial. */
export class LineDisplay implements Display {
  readonly #write: (text: string) => void;
  #last = '';
  #round = 0;
  #closed = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  event(event: ProgressEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'started':
        this.#line(phrase(`run ${event.runId}`, event.title));
        break;
      case 'phase':
        this.#line(PHASE_TITLES[event.phase].toLowerCase());
        break;
      case 'trial':
        if (event.round === 0 || event.round === this.#round) break;
        this.#round = event.round;
        this.#line(phrase(roundText(event), timeLeft(event.remainingMs)));
        break;
      case 'trial-done':
        if (event.wallMs === null) this.#line(`${event.variant}: a trial was lost`);
        break;
      case 'capture': {
        const place = `profile ${event.index + 1} of ${event.total}`;
        this.#line(phrase(place, `${event.variant} ${event.capture}`, timeLeft(event.remainingMs)));
        break;
      }
      case 'capture-done':
        if (event.unavailable === null) break;
        this.#line(`${event.variant} ${event.capture} is unavailable: ${event.unavailable}`);
        break;
      default:
        event satisfies never;
    }
  }

  print(text: string): void {
    this.#write(text);
  }

  close(): void {
    this.#closed = true;
  }

  #line(text: string): void {
    // The runners start one by one, and each sends the phase again.
    if (text === this.#last) return;
    this.#last = text;
    this.#write(`${oneLine(text)}\n`);
  }
}
