/** Phases of a job, in the order in which they follow each other. */
export const PHASES = ['queue', 'dns', 'tcp', 'tls', 'send', 'wait', 'download', 'process'] as const;
export type PhaseName = (typeof PHASES)[number];
