import { type Check, percent, together, typicalOf } from './finding.ts';

/** Little's law may be off by so much: dispatching alone takes one or two per cent from short jobs. */
const OFF_BY = 0.05;
/** Of shorter spans the start of a few jobs is a good part. */
const SHORTEST_MS = 1;

/** Fewer jobs in flight than asked for; not under a rate limit, nor with fewer than two jobs per slot. */
export const slotsNotFull: Check = ({ variants, spec }) => {
  if (spec.load.kind !== 'closed' || spec.load.rateLimit !== null) return [];
  const findings = variants.flatMap((variant) => {
    if (spec.jobs < 2 * variant.concurrency) return [];
    const mean = typicalOf(variant, ({ inFlight }) =>
      inFlight === null || inFlight.spanMs < SHORTEST_MS ? null : inFlight.mean,
    );
    if (mean === null || Math.abs(mean / variant.concurrency - 1) <= OFF_BY) return [];
    const text = `${mean.toFixed(1)} of ${variant.concurrency}, ${percent(mean / variant.concurrency)}`;
    return [{ variant: variant.name, text }];
  });
  return together(findings, {
    code: 'slots-not-full',
    message: (found) => `fewer jobs ran concurrently than --concurrency allows: ${found}`,
  });
};
