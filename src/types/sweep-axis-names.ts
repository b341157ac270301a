/** What can be swept. Of two axes the one that comes first here runs from left to right in the map. */
export const SWEEP_AXES = ['cpu', 'latency', 'concurrency', 'workers'] as const;
export type SweepAxisName = (typeof SWEEP_AXES)[number];
