import { TOPIC_LABELS } from '../../core/labels.ts';
import { LOW_CONFIDENCE, type VerdictText } from '../markup/verdict.ts';
import { type Style, wrapText } from './style.ts';

const LABEL_WIDTH = 12;
/** Longer lines are hard to read, however wide the terminal. */
const MAX_WIDTH = 100;

export function verdictHeadline(
  { headline }: Pick<VerdictText, 'headline'>,
  width: number,
  style: Style,
): string[] {
  return wrapText(headline, Math.min(width, MAX_WIDTH)).map(style.bold);
}

/** The same with a low confidence as a line of its own. */
export function headlineLines(
  { headline }: Pick<VerdictText, 'headline'>,
  width: number,
  style: Style,
): string[] {
  const [claim = '', doubt] = headline.split(LOW_CONFIDENCE);
  return [
    ...wrapText(claim, width).map(style.bold),
    ...(doubt === undefined ? [] : wrapText(`⚠${LOW_CONFIDENCE}${doubt}`, width).map(style.yellow)),
  ];
}

/** Its sentences, each with its label beside it. */
export function verdictLines({ lines }: VerdictText, width: number, style: Style): string[] {
  const hanging = ' '.repeat(LABEL_WIDTH);
  return lines.flatMap(({ topic, text }) =>
    wrapText(text, Math.min(width, MAX_WIDTH), hanging).map((line, index) =>
      index === 0 ? style.dim(TOPIC_LABELS[topic].padEnd(LABEL_WIDTH)) + line.slice(LABEL_WIDTH) : line,
    ),
  );
}
