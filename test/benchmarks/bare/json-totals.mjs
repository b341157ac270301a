/** What is done with each body, in a workload and in the loops written by hand. */
export function totalsOf(text) {
  const totals = {};
  for (const item of JSON.parse(text).items) {
    for (const [field, value] of Object.entries(item)) {
      if (typeof value === 'number') totals[field] = (totals[field] ?? 0) + value;
    }
  }
  return totals;
}
