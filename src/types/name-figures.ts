import { z } from 'zod';
import { PHASES, type PhaseName } from './phase-names.ts';

/** The jobs of one name, of one variant, over all timed blocks. Shown; no claim rests on it. */
export const nameFiguresSchema = z.strictObject({
  name: z.string(),
  /** How many names the row is of: the last row of many is of all those that have none of their own. */
  names: z.int().positive(),
  /** That began. */
  jobs: z.int().nonnegative(),
  /** That did not end ok, of those that began. */
  failed: z.int().nonnegative(),
  /** From start to end of those that ended ok, ms; null where they are too few. */
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  /** Means over the jobs of the traced block, ms; null without one. */
  phasesMs: z
    .strictObject(
      Object.fromEntries(PHASES.map((phase) => [phase, z.number()])) as Record<PhaseName, z.ZodNumber>,
    )
    .nullable(),
});
export type NameFigures = z.infer<typeof nameFiguresSchema>;
