/** Null for none, and where one of them is unknown. */
export function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.length === 0 || values.includes(null)
    ? null
    : values.reduce<number>((sum, value) => sum + value!, 0);
}
