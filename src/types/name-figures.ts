import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { count, figure, wholeWithin } from './numbers.ts';
import { PHASES, type PhaseName } from './phase-names.ts';

/** The jobs of one name, of one variant, over all timed blocks. Shown; no claim rests on it. */
export const nameFiguresSchema = z.strictObject({
  name: z.string(),
  /** How many names the row is of: the last row of many is of all those that have none of their own. */
  names: wholeWithin(1, LIMITS.jobs),
  /** That began. */
  jobs: count,
  /** That did not end ok, of those that began. */
  failed: count,
  /** From start to end of those that ended ok, ms; null where they are too few. */
  p50Ms: figure.nullable(),
  p90Ms: figure.nullable(),
  /** Means over the jobs of the traced block, ms; null without one. */
  phasesMs: z
    .strictObject(
      Object.fromEntries(PHASES.map((phase) => [phase, figure])) as Record<PhaseName, z.ZodNumber>,
    )
    .nullable(),
});
export type NameFigures = z.infer<typeof nameFiguresSchema>;
