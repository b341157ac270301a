import type { Verdict } from '../../analysis/verdict/verdict.ts';
import { type Style, wrapText } from './style.ts';

const LABEL_WIDTH = 10;
/** Longer lines are hard to read, however wide the terminal. */
const MAX_WIDTH = 100;

export function verdictHeadline({ text }: Pick<Verdict, 'text'>, width: number, style: Style): string[] {
  return wrapText(text, Math.min(width, MAX_WIDTH)).map(style.bold);
}

/** Its sentences, each with its label beside it. */
export function verdictLines(
  { lines }: { readonly lines: readonly { readonly label: string; readonly text: string }[] },
  width: number,
  style: Style,
): string[] {
  const hanging = ' '.repeat(LABEL_WIDTH);
  return lines.flatMap(({ label, text }) =>
    wrapText(text, Math.min(width, MAX_WIDTH), hanging).map((line, index) =>
      index === 0 ? style.dim(label.padEnd(LABEL_WIDTH)) + line.slice(LABEL_WIDTH) : line,
    ),
  );
}
