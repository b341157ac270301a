import { styleText } from 'node:util';
import { keepUnits } from '../../core/format.ts';
import { VARIANT_FACTS, type VariantName } from '../../core/variants.ts';

const FORMATS = ['bold', 'dim', 'red', 'yellow', 'green', 'cyan', 'blue', 'magenta', 'gray'] as const;

export type Style = Readonly<Record<(typeof FORMATS)[number], (text: string) => string>>;

/** @param colour decided by the caller, of its stream: `styleText` is not to look at another. */
export function styleFor(colour: boolean): Style {
  const style = FORMATS.map((format) => [
    format,
    (text: string) => (colour && text !== '' ? styleText(format, text, { validateStream: false }) : text),
  ]);
  return Object.fromEntries(style);
}

export function inVariantColour(style: Style, variant: VariantName, text: string): string {
  return style[VARIANT_FACTS[variant].terminalColour](text);
}

/** Wraps at spaces, but not between a figure and its unit. Longer words stay whole: likely paths to copy. */
export function wrapText(text: string, width: number, indent = '', hanging = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of keepUnits(text).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines.map((each) => each.replaceAll('\u00a0', ' '));
}
