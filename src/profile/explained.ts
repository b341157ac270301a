import { ThreadmillError } from '../core/errors.ts';
import { Invalid } from './checks.ts';
import { JsonTrouble } from './json-bytes.ts';

/** What a file should have been: `CPU profile`, and what to give instead. */
export interface Expected {
  readonly kind: string;
  readonly advice: string;
}

/** Reads a part of a file; an error becomes `run-unreadable`, which names `source` and the place. */
export function explained<T>(source: string, { kind, advice }: Expected, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Invalid) && !(error instanceof JsonTrouble)) throw error;
    throw new ThreadmillError('run-unreadable', `${source} is not a ${kind}: ${error.message}.`, { advice });
  }
}
