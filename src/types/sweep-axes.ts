import { z } from 'zod';
import { amount } from './numbers.ts';
import { SWEEP_AXES } from './sweep-axis-names.ts';

/** Which point of a sweep a run is. Its folder lies below that of the sweep, in points/. */
export const sweepPlaceSchema = z.strictObject({
  /** Id of the sweep. */
  id: z.string(),
  /** Its axes, with the values here; ms for cpu and latency. */
  at: z
    .array(z.strictObject({ axis: z.enum(SWEEP_AXES), value: amount }))
    .min(1)
    .max(2),
});
