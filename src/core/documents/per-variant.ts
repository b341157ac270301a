import { z } from 'zod';
import { VARIANT_NAMES, type VariantName } from '../variants.ts';

/** A list with at most one entry for each variant: whoever looks one up finds all there is. */
export function perVariant<T extends z.ZodType<{ readonly name: VariantName }>>(entry: T): z.ZodArray<T> {
  return z
    .array(entry)
    .max(VARIANT_NAMES.length)
    .refine((entries) => new Set(entries.map(({ name }) => name)).size === entries.length, {
      error: 'a variant occurs twice',
    });
}
