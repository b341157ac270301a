import type { TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { formatCount } from '../../core/format.ts';
import { MIN_FOR_FENCES } from '../../core/statistics/tukey.ts';
import { comparable } from '../comparable.ts';
import type { Check } from './finding.ts';

/** A machine that is busy can keep all jobs waiting for a shorter time, ms. */
const SHORTEST_MS = 500;
/** Times as long as any job of the other trials: noise reaches that in under 1% of variants, see stalls.test.ts. */
const TIMES_AS_LONG = 10;
/** Of the rest of the trial. */
const MATTERS = 0.25;

/** Trials in which jobs were in flight and none ended for long; for variants with too few trials for Tukey's fences. */
export const stalled: Check = ({ variants }) => {
  const trials = variants.flatMap((variant) =>
    variant.trials.filter(comparable).map((trial) => ({ variant, trial })),
  );
  const found = variants.flatMap((variant) => {
    const own = trials.filter((each) => each.variant === variant);
    if (own.length >= MIN_FOR_FENCES) return [];
    const others = own.length > 1 ? own : trials;
    return own.flatMap(({ trial }) => {
      const rest = others.filter((each) => each.trial !== trial).map((each) => each.trial);
      const gapMs = stallOf(trial, rest);
      return gapMs === null ? [] : [textOf(variant, trial, gapMs, longestJob(rest)!)];
    });
  });
  if (found.length === 0) return [];
  return [
    {
      code: 'trials-outlying',
      message: `no job ended for a long time: ${found.join('; ')}`,
      advice:
        'The server, the network or this machine stalled. With so few trials this affects the figures: repeat the run with more --rounds.',
    },
  ];
};

function stallOf({ longestGapMs, wallMs }: TrialRecord, others: readonly TrialRecord[]): number | null {
  const longest = longestJob(others);
  if (longestGapMs === null || wallMs === null || longest === null) return null;
  const isStall =
    longestGapMs >= SHORTEST_MS &&
    longestGapMs >= TIMES_AS_LONG * longest &&
    longestGapMs >= MATTERS * (wallMs - longestGapMs);
  return isStall ? longestGapMs : null;
}

/** Of any job in these trials, ms; null without trials. */
function longestJob(trials: readonly TrialRecord[]): number | null {
  const longest = trials.flatMap(({ latencyMs }) => latencyMs.max ?? []);
  return longest.length === 0 ? null : Math.max(...longest);
}

function textOf({ name }: VariantRecord, { round }: TrialRecord, gapMs: number, longestMs: number): string {
  return `${name} in round ${round} for ${formatCount(gapMs)} ms, where in other trials the longest job took ${formatCount(longestMs)} ms`;
}
