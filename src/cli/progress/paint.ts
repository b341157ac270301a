import type { Style } from '../../output/terminal/style.ts';
import type { StatusStream } from './status-block.ts';

export interface DrawnOptions {
  readonly stream: StatusStream;
  readonly colour: boolean;
  /** ms on any monotonic clock. */
  readonly now: () => number;
}

const BAR_WIDTH = 24;

export function progressBar(style: Style, done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.min(BAR_WIDTH, Math.round((BAR_WIDTH * done) / total));
  return `${style.cyan('█'.repeat(filled))}${style.dim('░'.repeat(BAR_WIDTH - filled))}`;
}
