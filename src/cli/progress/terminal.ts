import type { Phase, ProgressEvent } from '../../core/progress.ts';
import { type Style, styleFor } from '../../output/terminal/style.ts';
import type { Display } from './display.ts';
import { type DrawnOptions, progressBar } from './paint.ts';
import { StatusBlock } from './status-block.ts';
import {
  type EventOf,
  oneLine,
  PHASE_TITLES,
  phrase,
  queueText,
  roundText,
  spanText,
  timeLeft,
} from './wording.ts';

/**
 * Completed phases, and below them the current step. Drawn on events only: a spinner would take CPU
 * from the trial that is being timed.
 */
export class TerminalDisplay implements Display {
  readonly #status: StatusBlock;
  readonly #options: DrawnOptions;
  readonly #style: Style;
  #phase: { readonly name: Phase; readonly since: number } | null = null;
  #queue: string | null = null;
  #closed = false;

  constructor(options: DrawnOptions) {
    this.#options = options;
    this.#style = styleFor(options.colour);
    this.#status = new StatusBlock(options.stream);
  }

  event(event: ProgressEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'started':
        this.#status.print(
          `${this.#style.bold(oneLine(event.title))}\n${this.#style.dim(oneLine(event.runDir))}\n`,
        );
        break;
      case 'phase':
        this.#enter(event.phase, event.detail);
        break;
      case 'trial':
        this.#status.show(this.#trialLines(event));
        break;
      case 'trial-done':
        if (event.queue) this.#queue = queueText(event.queue);
        if (event.wallMs === null)
          this.#status.print(`${this.#style.red('✖')} ${event.variant}: a trial was lost\n`);
        break;
      case 'capture':
        this.#status.show(this.#captureLines(event));
        break;
      case 'capture-done':
        if (event.unavailable === null) break;
        this.#status.print(
          `${this.#style.red('✖')} ${event.variant} ${event.capture}: ${oneLine(event.unavailable)}\n`,
        );
        break;
      default:
        event satisfies never;
    }
  }

  print(text: string): void {
    if (this.#closed) this.#options.stream.write(text);
    else this.#status.print(text);
  }

  close(): void {
    if (this.#closed) return;
    const tick = this.#tick();
    // A gap between this and the result, which goes to stdout.
    this.#status.show([], tick === '' ? '' : `${tick}\n`);
    this.#closed = true;
  }

  #enter(phase: Phase, detail: string | null): void {
    const same = this.#phase?.name === phase;
    const above = same ? '' : this.#tick();
    if (!same) this.#phase = { name: phase, since: this.#options.now() };
    const text = phrase(PHASE_TITLES[phase], detail === null ? null : oneLine(detail));
    this.#status.show([`${this.#style.cyan('▸')} ${text}${phase === 'stopping' ? ' …' : ''}`], above);
  }

  #tick(): string {
    if (this.#phase === null) return '';
    const { name, since } = this.#phase;
    this.#phase = null;
    if (name === 'stopping') return '';
    return `${this.#style.green('✔')} ${PHASE_TITLES[name]} ${this.#style.dim(spanText(this.#options.now() - since))}\n`;
  }

  #trialLines(event: EventOf<'trial'>): string[] {
    const { variant, version = null, index, total, remainingMs } = event;
    const left = timeLeft(remainingMs);
    return [
      `${this.#style.cyan('▸')} ${phrase(roundText(event), this.#style.bold(variant), version)}`,
      `  ${progressBar(this.#style, index, total)} ${phrase(`${index} of ${total} trials`, left)}`,
      ...(this.#queue === null ? [] : [`  ${this.#queue}`]),
    ];
  }

  #captureLines({ variant, capture, index, total, remainingMs }: EventOf<'capture'>): string[] {
    const left = timeLeft(remainingMs);
    return [
      `${this.#style.cyan('▸')} ${phrase(`profile ${index + 1} of ${total}`, this.#style.bold(`${variant} ${capture}`))}`,
      `  ${progressBar(this.#style, index, total)} ${phrase(`${index} of ${total} profiles`, left)}`,
    ];
  }
}
