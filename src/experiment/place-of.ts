import type { ErrorData } from '../errors.ts';
import { redactText } from '../redaction.ts';

/** Where an error of the user's code was thrown, as a line of its own; empty if its stack does not tell. */
export function placeOf({ stack }: ErrorData): string {
  // The first line that is not Node's own.
  const at = stack?.split('\n').find((line) => /^\s+at /.test(line) && !line.includes('node:'));
  return at === undefined ? '' : `\n  ${redactText(at.trim())}`;
}
