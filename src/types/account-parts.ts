/** What the wall of every thread went into; together they are wall × threads. */
export const ACCOUNT_PARTS = [
  'waiting',
  'user-cpu',
  'client-cpu',
  'gc',
  'queueing',
  'messaging',
  'idle',
] as const;
export type AccountPart = (typeof ACCOUNT_PARTS)[number];
