/** Percent. Differences up to this size are worth acting on; a run that can't see them has decided nothing. */
export const WORTH_SEEING = 10;
