/** Percent. A run that could not detect a difference of this size has not decided that there is none. */
export const MIN_EFFECT = 10;

/**
 * As a logarithm: processes of the same code differ by up to this much even on an idle machine, because compiled code and
 * memory are laid out anew in each.
 */
export const PROCESS_DIFFERENCE = Math.log(1.01);

/** Whether "no difference" may be said, given the minimum detectable effect in percent (null: nothing was detectable). */
export function mayDenyDifference(minimumDetectableEffect: number | null): boolean {
  return minimumDetectableEffect !== null && minimumDetectableEffect <= MIN_EFFECT;
}
