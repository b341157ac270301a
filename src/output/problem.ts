import type { Warning } from '../core/documents/run-record.ts';
import { messageOf } from '../core/errors.ts';

/** A warning for a file that costs a part of the report: the rest is still worth having. */
export function problemOf(code: string, thrown: unknown, advice: string): Warning {
  return { code, message: messageOf(thrown), advice, variant: null };
}
