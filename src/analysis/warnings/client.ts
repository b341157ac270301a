import { CLIENT_NAMES, CLIENT_PACKAGES } from '../../core/clients.ts';
import type { TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { formatCount, listed } from '../../core/format.ts';
import { DIFFERENCE_NAMES } from '../../core/labels.ts';
import { failedCount, sumOutcomes } from '../../core/outcomes.ts';
import { mean } from '../../core/statistics/mean.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { NS_PER_MS } from '../../core/units.ts';
import { VARIANT_FACTS } from '../../core/variants.ts';
import { type Check, findingsOf, percent, together, typicalOf } from './finding.ts';

/** Above this busy share an event loop has a queue: received responses wait for it. */
const SATURATED = 0.9;

/** Threads that run jobs and hardly ever wait. With one job at a time, latencies hold no waiting for other jobs' work. */
export const clientSaturated: Check = ({ variants }) => {
  const findings = findingsOf(variants, (variant) => {
    if (variant.concurrency <= variant.threads) return null;
    const busy = typicalOf(variant, (trial) => activeShare(variant, trial, trial.wallMs));
    return busy !== null && busy > SATURATED ? percent(busy) : null;
  });
  return together(findings, {
    code: 'client-saturated',
    message: (busy) => `the threads that run the jobs were busy for ${busy} of a typical trial`,
  });
};

/** Of the threads that run jobs, on average: the main thread of a pool only hands them out. */
function activeShare({ name }: VariantRecord, { threads }: TrialRecord, wallMs: number): number | null {
  const pooled = VARIANT_FACTS[name].jobsOn === 'workers';
  const active = threads.flatMap(({ thread, eventLoop }) =>
    // A worker is asked for its figures by message: on a busy machine they end well after the trial.
    thread > 0 === pooled ? [Math.min(1, eventLoop.activeMs / wallMs)] : [],
  );
  return active.length === 0 ? null : mean(active);
}

/** Tolerance for Little's law: dispatching alone takes 1–2% of short jobs. */
const OFF_BY = 0.05;
/** Of shorter spans the start of a few jobs is a good part. */
const SHORTEST_MS = 1;

/** Fewer jobs in flight than asked for; not under a rate limit, nor with fewer than two jobs per slot. */
export const slotsNotFull: Check = ({ variants, spec }) => {
  if (spec.load.kind !== 'closed' || spec.load.rateLimit !== null) return [];
  const findings = findingsOf(variants, (variant) => {
    if (spec.jobs < 2 * variant.concurrency) return null;
    const mean = typicalOf(variant, ({ inFlight }) =>
      inFlight === null || inFlight.spanMs < SHORTEST_MS ? null : inFlight.mean,
    );
    if (mean === null || mean >= (1 - OFF_BY) * variant.concurrency) return null;
    return `${mean.toFixed(1)} of ${variant.concurrency}, ${percent(mean / variant.concurrency)}`;
  });
  return together(findings, {
    code: 'slots-not-full',
    message: (found) => `fewer jobs ran concurrently than --concurrency allows: ${found}`,
  });
};

/** Connections that failures forced open are no news besides the failures. */
export const connectionsInTrial: Check = ({ variants }) => {
  const findings = findingsOf(variants, ({ trials }) => {
    const opened = sumOf(trials, ({ connectionsOpened }) => connectionsOpened ?? 0);
    return opened === 0 || failedCount(sumOutcomes(trials)) > 0 ? null : formatCount(opened);
  });
  return together(findings, {
    code: 'connections-in-trial',
    message: (opened) => `connections were opened within timed trials: ${opened}`,
  });
};

/** Of clients that are compared: which of them had it easier than the first, and in what. */
export const clientsDiffer: Check = ({ fairness }) => {
  const found = (fairness?.differences ?? []).filter(({ matters }) => matters);
  return together(
    [...new Set(found.map(({ variant }) => variant))].map((variant) => ({
      variant,
      text: listed(
        found.filter((each) => each.variant === variant).map(({ what }) => DIFFERENCE_NAMES[what]),
      ),
    })),
    {
      code: 'clients-differ',
      message: (differences) => `not the same as with ${fairness?.clients[0]?.variant}: ${differences}`,
    },
  );
};

/** Of a run of every client that is installed. */
export const clientsMissing: Check = ({ fairness, environment }) => {
  const missing = CLIENT_PACKAGES.filter((name) => environment.packages[name] === 'not installed');
  const compared = fairness?.clients.length ?? 0;
  if (missing.length === 0 || compared + missing.length < CLIENT_NAMES.length) return [];
  return [
    {
      code: 'clients-missing',
      message: `left out, because not installed: ${listed(missing)}`,
      advice: `Install where Threadmill is installed: npm install ${missing.join(' ')}`,
    },
  ];
};

/** Of a latency: coarser than that, its digits are the clock's. */
const COARSE = 0.01;

export const clockCoarse: Check = ({ variants, environment }) => {
  const stepMs = environment.clockResolutionNs / NS_PER_MS;
  const findings = findingsOf(variants, ({ summary }) => {
    const latency = summary?.latencyMs.p50 ?? null;
    if (latency === null || stepMs <= COARSE * latency) return null;
    return latency <= 0 ? 'all' : percent(stepMs / latency);
  });
  return together(findings, {
    code: 'clock-coarse',
    message: (share) => `a step of the clock is ${share} of the median latency`,
  });
};
