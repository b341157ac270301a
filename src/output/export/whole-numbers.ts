/** Whole numbers whose running sums are those of the values, rounded: what is added up stays right. */
export function wholeNumbers(values: ArrayLike<number>): Float64Array {
  const whole = new Float64Array(values.length);
  let sum = 0;
  let given = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    whole[i] = Math.round(sum) - given;
    given += whole[i]!;
  }
  return whole;
}
