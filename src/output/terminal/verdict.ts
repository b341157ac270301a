import { TOPIC_LABELS } from '../../core/labels.ts';
import { doubtText, headlineText, type VerdictText } from '../view/verdict.ts';
import { type Style, wrapText } from './style.ts';

const LABEL_WIDTH = 12;
/** Longer lines are hard to read, however wide the terminal. */
const MAX_WIDTH = 100;

export function verdictHeadline(verdict: VerdictText, width: number, style: Style): string[] {
  return wrapText(headlineText(verdict), Math.min(width, MAX_WIDTH)).map(style.bold);
}

export function headlineLines(verdict: VerdictText, width: number, style: Style): string[] {
  const doubt = doubtText(verdict);
  return [
    ...wrapText(verdict.headline, width).map(style.bold),
    ...(doubt === null ? [] : wrapText(`⚠ ${doubt}`, width).map(style.yellow)),
  ];
}

export function verdictLines({ lines, next = [] }: VerdictText, width: number, style: Style): string[] {
  const hanging = ' '.repeat(LABEL_WIDTH);
  const label = (name: string) => style.dim(name.padEnd(LABEL_WIDTH));
  return [
    ...lines.flatMap(({ topic, text }) =>
      wrapText(text, Math.min(width, MAX_WIDTH), hanging).map((line, index) =>
        index === 0 ? label(TOPIC_LABELS[topic]) + line.slice(LABEL_WIDTH) : line,
      ),
    ),
    ...nextLines(next, width, style, LABEL_WIDTH),
  ];
}

/** A command is never wrapped; its reason is omitted if it does not fit on the same line. */
export function nextLines(
  next: NonNullable<VerdictText['next']>,
  width: number,
  style: Style,
  labelWidth: number,
): string[] {
  const commandWidth = Math.max(0, ...next.map(({ command }) => command.length));
  return next.map(({ command, why }, index) => {
    const label = style.dim((index === 0 ? 'Next' : '').padEnd(labelWidth));
    const fits = labelWidth + commandWidth + 3 + why.length <= width;
    return `${label}${fits ? `${command.padEnd(commandWidth)}   ${style.dim(why)}` : command}`;
  });
}
