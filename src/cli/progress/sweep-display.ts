import { pointPlace } from '../../analysis/verdict/sweep/wording.ts';
import type { SweepPoint, SweepRecord } from '../../core/documents/sweep-record.ts';
import { formatNumber } from '../../core/format.ts';
import type { ProgressEvent } from '../../core/progress.ts';
import { type Style, styleFor } from '../../output/terminal/style.ts';
import type { DisplayKinds } from '../measuring.ts';
import { type Display, SilentDisplay } from './display.ts';
import { type DrawnOptions, progressBar } from './paint.ts';
import { StatusBlock } from './status-block.ts';
import { oneLine, phrase, roundText, spanText, timeLeft } from './wording.ts';

export interface PointPlace {
  readonly index: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

export interface SweepDisplay extends Display {
  started(lines: readonly string[]): void;
  point(sweep: SweepRecord, point: SweepPoint, place: PointPlace): void;
  pointDone(sweep: SweepRecord, point: SweepPoint): void;
}

/** `concurrency 16: 412 | 398 | 405 jobs/s`, or why there is nothing. */
function resultText({ definition }: SweepRecord, { at, result, failure }: SweepPoint): string {
  const place = pointPlace(definition.axes, at);
  if (result === null) return `${place}: ${oneLine(failure?.message ?? 'not measured')}`;
  const throughputs = result.variants.map(({ throughput }) => formatNumber(throughput?.estimate));
  const failed = result.variants.reduce((sum, { failedJobs }) => sum + failedJobs, 0);
  return phrase(`${place}: ${throughputs.join(' | ')} jobs/s`, failed > 0 ? `${failed} jobs failed` : null);
}

class SilentSweepDisplay extends SilentDisplay implements SweepDisplay {
  started(): void {}
  point(): void {}
  pointDone(): void {}
}

/** Plain lines for a log or a pipe: two for each point. */
export class LineSweepDisplay implements SweepDisplay {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  started(lines: readonly string[]): void {
    for (const line of lines) this.#line(line);
  }

  point({ definition }: SweepRecord, { at }: SweepPoint, { index, total, remainingMs }: PointPlace): void {
    const place = `point ${index + 1} of ${total}`;
    this.#line(phrase(place, pointPlace(definition.axes, at), timeLeft(remainingMs)));
  }

  pointDone(sweep: SweepRecord, point: SweepPoint): void {
    this.#line(`  ${resultText(sweep, point)}`);
  }

  event(event: ProgressEvent): void {
    if (event.type === 'phase' && event.phase === 'stopping') this.#line('stop');
    if (event.type === 'phase' && event.phase === 'report') this.#line('write the report');
  }

  print(text: string): void {
    this.#write(text);
  }

  close(): void {}

  #line(text: string): void {
    this.#write(`${oneLine(text)}\n`);
  }
}

/** One permanent line per point, and below them the current step. Drawn on events only, as for a run. */
export class TerminalSweepDisplay implements SweepDisplay {
  readonly #status: StatusBlock;
  readonly #options: DrawnOptions;
  readonly #style: Style;
  #current: { readonly label: string; readonly place: PointPlace; readonly since: number } | null = null;
  #closed = false;

  constructor(options: DrawnOptions) {
    this.#options = options;
    this.#style = styleFor(options.colour);
    this.#status = new StatusBlock(options.stream);
  }

  started(lines: readonly string[]): void {
    const [title = '', ...more] = lines.map(oneLine);
    this.#status.print(`${this.#style.bold(title)}\n${more.map((line) => `${line}\n`).join('')}`);
  }

  point({ definition }: SweepRecord, { at }: SweepPoint, place: PointPlace): void {
    const label = pointPlace(definition.axes, at);
    this.#current = { label, place, since: this.#options.now() };
    this.#show('', 0);
  }

  pointDone(sweep: SweepRecord, point: SweepPoint): void {
    const took = this.#current === null ? '' : spanText(this.#options.now() - this.#current.since);
    this.#current = null;
    const mark = point.result === null ? this.#style.red('✖') : this.#style.green('✔');
    this.#status.show([], `${mark} ${resultText(sweep, point)} ${this.#style.dim(took)}\n`);
  }

  event(event: ProgressEvent): void {
    if (this.#closed) return;
    if (event.type === 'trial') {
      const share = event.total === 0 ? 0 : Math.min(1, event.index / event.total);
      this.#show(phrase(roundText(event), event.variant), share);
    } else if (event.type === 'phase' && (event.phase === 'stopping' || event.phase === 'report')) {
      const doing = event.phase === 'stopping' ? 'Stop …' : 'Write the report';
      this.#status.show([`${this.#style.cyan('▸')} ${doing}`]);
    } else if (event.type === 'phase' && this.#current === null) {
      this.#status.show([`${this.#style.cyan('▸')} Prepare the workload`]);
    }
  }

  print(text: string): void {
    if (this.#closed) this.#options.stream.write(text);
    else this.#status.print(text);
  }

  close(): void {
    if (this.#closed) return;
    this.#status.erase();
    this.#closed = true;
  }

  #show(doing: string, share: number): void {
    if (this.#current === null) return;
    const { label, place, since } = this.#current;
    const { index, total, remainingMs } = place;
    const left = remainingMs === null ? null : remainingMs - (this.#options.now() - since);
    const bar = progressBar(this.#style, index + share, total);
    this.#status.show([
      `${this.#style.cyan('▸')} ${phrase(`point ${index + 1} of ${total}`, this.#style.bold(label), doing)}`,
      `  ${bar} ${phrase(`${index} of ${total} points`, timeLeft(left))}`,
    ]);
  }
}

export const SWEEP_DISPLAYS: DisplayKinds<SweepDisplay> = {
  Silent: SilentSweepDisplay,
  Lines: LineSweepDisplay,
  Terminal: TerminalSweepDisplay,
};
