import { z } from 'zod';
import { FOLDER_LIMITS } from '../limits.ts';
import { VARIANT_NAMES, type VariantName } from '../variants.ts';

/** The first number out of range ends the check: somebody else's record may hold millions of them. */
const END = { abort: true } as const;

export function within(least: number, most: number): z.ZodNumber {
  return z.number().min(least, END).max(most, END);
}

export function wholeWithin(least: number, most: number): z.ZodInt {
  return z.int().min(least, END).max(most, END);
}

export const figure = within(-FOLDER_LIMITS.figure, FOLDER_LIMITS.figure);
export const amount = within(0, FOLDER_LIMITS.figure);
export const count = wholeWithin(0, FOLDER_LIMITS.figure);
/** What is divided by, of any kind; a wall is no shorter, ms. */
export const positive = within(FOLDER_LIMITS.minWallMs, FOLDER_LIMITS.figure);

/** A list with at most one entry for each variant: whoever looks one up finds all there is. */
export function perVariant<T extends z.ZodType<{ readonly name: VariantName }>>(entry: T): z.ZodArray<T> {
  return z
    .array(entry)
    .max(VARIANT_NAMES.length)
    .refine((entries) => new Set(entries.map(({ name }) => name)).size === entries.length, {
      error: 'a variant occurs twice',
    });
}
