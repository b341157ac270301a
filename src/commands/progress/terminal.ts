import type { Phase, ProgressEvent } from '../../types/progress.ts';
import type { Display } from './display.ts';
import { StatusBlock, type StatusStream } from './status-block.ts';
import { type EventOf, oneLine, PHASE_TITLES, phrase, roundText, spanText, timeLeft } from './wording.ts';

const BAR_WIDTH = 24;

export interface TerminalOptions {
  readonly stream: StatusStream;
  readonly colour: boolean;
  /** ms on any monotonic clock. */
  readonly now: () => number;
}

/**
 * Ticked phases that stay, and below them what goes on now. Drawn on events only: a spinner would take CPU
 * from the block that is being timed.
 */
export class TerminalDisplay implements Display {
  readonly #block: StatusBlock;
  readonly #options: TerminalOptions;
  #phase: { readonly name: Phase; readonly since: number } | null = null;
  #closed = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#block = new StatusBlock(options.stream);
  }

  event(event: ProgressEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'started':
        this.#block.print(`${this.#bold(oneLine(event.title))}\n${this.#dim(oneLine(event.runDir))}\n`);
        break;
      case 'phase':
        this.#enter(event.phase, event.detail);
        break;
      case 'block':
        this.#block.show(this.#blockLines(event));
        break;
      case 'block-done':
        if (event.wallMs === null)
          this.#block.print(`${this.#red('✖')} ${event.variant}: a block was lost\n`);
        break;
      case 'capture':
        this.#block.show(this.#captureLines(event));
        break;
      case 'capture-done':
        if (event.unavailable === null) break;
        this.#block.print(
          `${this.#red('✖')} ${event.variant} ${event.capture}: ${oneLine(event.unavailable)}\n`,
        );
        break;
      default:
        event satisfies never;
    }
  }

  print(text: string): void {
    if (this.#closed) this.#options.stream.write(text);
    else this.#block.print(text);
  }

  close(): void {
    if (this.#closed) return;
    const tick = this.#tick();
    // A gap between this and the result, which goes to stdout.
    this.#block.show([], tick === '' ? '' : `${tick}\n`);
    this.#closed = true;
  }

  #enter(phase: Phase, detail: string | null): void {
    const same = this.#phase?.name === phase;
    const above = same ? '' : this.#tick();
    if (!same) this.#phase = { name: phase, since: this.#options.now() };
    const text = phrase(PHASE_TITLES[phase], detail === null ? null : oneLine(detail));
    this.#block.show([`${this.#cyan('▸')} ${text}${phase === 'stopping' ? ' …' : ''}`], above);
  }

  /** The line that the phase that ends leaves behind. */
  #tick(): string {
    if (this.#phase === null) return '';
    const { name, since } = this.#phase;
    this.#phase = null;
    if (name === 'stopping') return '';
    return `${this.#green('✔')} ${PHASE_TITLES[name]} ${this.#dim(spanText(this.#options.now() - since))}\n`;
  }

  #blockLines(event: EventOf<'block'>): string[] {
    const { variant, index, total, remainingMs } = event;
    const left = timeLeft(remainingMs);
    return [
      `${this.#cyan('▸')} ${phrase(roundText(event), this.#bold(variant))}`,
      `  ${this.#bar(index, total)} ${phrase(`${index} of ${total} blocks`, left)}`,
    ];
  }

  #captureLines({ variant, capture, index, total, remainingMs }: EventOf<'capture'>): string[] {
    const left = timeLeft(remainingMs);
    return [
      `${this.#cyan('▸')} ${phrase(`profile ${index + 1} of ${total}`, this.#bold(`${variant} ${capture}`))}`,
      `  ${this.#bar(index, total)} ${phrase(`${index} of ${total} profiles`, left)}`,
    ];
  }

  #bar(done: number, total: number): string {
    const filled = total === 0 ? 0 : Math.min(BAR_WIDTH, Math.round((BAR_WIDTH * done) / total));
    return `${this.#cyan('█'.repeat(filled))}${this.#dim('░'.repeat(BAR_WIDTH - filled))}`;
  }

  #bold = (text: string): string => this.#paint(text, 1, 22);
  #dim = (text: string): string => this.#paint(text, 2, 22);
  #red = (text: string): string => this.#paint(text, 31, 39);
  #green = (text: string): string => this.#paint(text, 32, 39);
  #cyan = (text: string): string => this.#paint(text, 36, 39);

  #paint(text: string, on: number, off: number): string {
    return this.#options.colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }
}
