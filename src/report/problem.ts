import { messageOf } from '../errors.ts';
import type { Warning } from '../types/run-record.ts';

/** A warning for a file that costs a part of the report: the rest is still worth having. */
export function problemOf(code: string, thrown: unknown, advice: string): Warning {
  return { code, message: messageOf(thrown), advice, variant: null };
}
