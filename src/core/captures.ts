/** Every capture, in the order in which they run and are listed. */
export const CAPTURE_NAMES = [
  'threads',
  '0x',
  '0x-threads',
  'heap',
  'clinic-flame',
  'clinic-doctor',
  'clinic-bubbleprof',
  'clinic-heapprofiler',
] as const;
export type CaptureName = (typeof CAPTURE_NAMES)[number];

/** What `make profile` takes unless told otherwise. */
export const DEFAULT_CAPTURES: readonly CaptureName[] = [
  'threads',
  '0x',
  '0x-threads',
  'heap',
  'clinic-flame',
  'clinic-doctor',
];
