/** Times are kept in the unit that their name ends with; these are the only factors between two units. */
export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;
export const US_PER_MS = 1_000;
