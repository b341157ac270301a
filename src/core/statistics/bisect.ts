/**
 * Halves the stretch from `without`, where something does not hold, to `within`, where it does and from where on it
 * goes on to hold. Returns what is left of the stretch; `within` may lie below `without`.
 */
export function bisect(
  without: number,
  within: number,
  steps: number,
  holds: (value: number) => boolean,
): { readonly without: number; readonly within: number } {
  let [outside, inside] = [without, within];
  for (let step = 0; step < steps; step++) {
    const middle = (outside + inside) / 2;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return { without: outside, within: inside };
}
