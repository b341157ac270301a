import { z } from 'zod';
import { amount } from './numbers.ts';

/** What can be swept. Of two axes the one that comes first here runs from left to right in the map. */
export const SWEEP_AXES = [
  'cpu',
  'payload',
  'latency',
  'concurrency',
  'workers',
  'queue-workers',
  'uv-threads',
] as const;
export type SweepAxisName = (typeof SWEEP_AXES)[number];

/** Which point of a sweep a run is. Its folder lies below that of the sweep, in points/. */
export const sweepPlaceSchema = z.strictObject({
  /** Id of the sweep. */
  id: z.string(),
  /** Its axes, with the values here; ms for cpu and latency, bytes for payload. */
  at: z
    .array(z.strictObject({ axis: z.enum(SWEEP_AXES), value: amount }))
    .min(1)
    .max(2),
});
