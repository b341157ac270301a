import type { ProgressEvent, QueueProgress } from '../../core/progress.ts';
import type { Display } from './display.ts';
import { oneLine, PHASE_TITLES, phrase, queueText, roundText, timeLeft } from './wording.ts';

/** Plain lines for a log or a pipe: one for each phase, round and capture, not for each trial. */
export class LineDisplay implements Display {
  readonly #write: (text: string) => void;
  #last = '';
  #round = 0;
  #queue: QueueProgress | null = null;
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
        if (event.queue) this.#showQueue(event.queue);
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

  /** At first, and when workers came or went, or jobs ran again. */
  #showQueue(queue: QueueProgress): void {
    const { workers, reRuns } = this.#queue ?? { workers: -1, reRuns: 0 };
    this.#queue = queue;
    if (queue.workers !== workers || queue.reRuns !== reRuns) this.#line(queueText(queue));
  }

  #line(text: string): void {
    // The runners start one by one, and each sends the phase again.
    if (text === this.#last) return;
    this.#last = text;
    this.#write(`${oneLine(text)}\n`);
  }
}
