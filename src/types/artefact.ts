import { z } from 'zod';
import { CAPTURE_NAMES } from './capture-names.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/** Either a file of the run folder, or why there is none. Paths are relative to run.json, with `/`. */
export const artefactSchema = z.union([
  z.strictObject({
    variant: z.enum(VARIANT_NAMES),
    capture: z.enum(CAPTURE_NAMES),
    title: z.string(),
    path: z.string(),
    /** `some`: all that Threadmill started, and none that the workload started itself. */
    threads: z.enum(['all', 'some', 'main']),
    /** How long the load lasted while it was captured, ms, and how often the plan ran. */
    loadMs: z.number().nullable(),
    repeats: z.int().nullable(),
    /** What a reader must know to not be misled. */
    caveat: z.string().nullable(),
  }),
  z.strictObject({
    variant: z.enum(VARIANT_NAMES),
    capture: z.enum(CAPTURE_NAMES),
    unavailable: z.string(),
    advice: z.string().nullable(),
  }),
]);
export type Artefact = z.infer<typeof artefactSchema>;
