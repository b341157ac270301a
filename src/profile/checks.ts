import { FOLDER_LIMITS } from '../core/limits.ts';

/** What is wrong with a profile; `message` completes "<file> is not a CPU profile: …". */
export class Invalid extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Invalid(`\`${where}\` is not an object`);
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Invalid(`\`${where}\` is not an array`);
}

export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new Invalid(`\`${where}\` is not text`);
}

const INT32 = 2 ** 31;

/** Within 32 bits unless said otherwise: lines and columns are kept as such. */
export function wholeNumber(value: unknown, where: string, least = -INT32, most = INT32 - 1): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new Invalid(`\`${where}\` is not a whole number`);
  }
  if (value < least || value > most) throw new Invalid(`\`${where}\` is not between ${least} and ${most}`);
  return value;
}

/** Beyond it a double can't count: of microseconds, 285 years. */
const FARTHEST = FOLDER_LIMITS.figure;

export function number(value: unknown, where: string, least = -FARTHEST, most = FARTHEST): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Invalid(`\`${where}\` is ${value === undefined ? 'missing' : 'not a finite number'}`);
  }
  if (value < least || value > most) {
    throw new Invalid(`\`${where}\` is not between ${least} and ${most}`);
  }
  return value;
}
