/** Percent. A run that could not detect a difference of this size has not decided that there is none. */
export const MIN_EFFECT = 10;

/** Whether "no difference" may be said, given the minimum detectable effect in percent (null: nothing was detectable). */
export function mayDenyDifference(minimumDetectableEffect: number | null): boolean {
  return minimumDetectableEffect !== null && minimumDetectableEffect <= MIN_EFFECT;
}
