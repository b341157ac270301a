/** The steps that `--cpu` is calibrated by. */
export function crunch(seed, iterations) {
  let state = seed | 1;
  for (let i = 0; i < iterations; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
