/** How the jobs of an open loop come: evenly, or as from many users who know nothing of each other. */
export const ARRIVALS = ['uniform', 'poisson'] as const;
export type Arrivals = (typeof ARRIVALS)[number];
