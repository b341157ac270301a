import { availableCpusText } from '../../../core/available-cpus.ts';
import type { Environment } from '../../../core/documents/run-record.ts';
import type {
  AmdahlLawRecord,
  Curve,
  Law,
  Panel,
  ScalabilityLawRecord,
} from '../../../core/documents/sweep-analysis.ts';
import { formatCount, formatFactor, formatShare } from '../../../core/format.ts';
import { axisPlace, coefficientWithInterval } from './wording.ts';

/** Beyond this the points do not follow the law, and what it predicts means little. */
const POOR_FIT = 0.1;
/** As many as the law has parameters. */
const MIN_POINTS = 3;

export function hasPoorFit({ residual }: Law): boolean {
  return residual > POOR_FIT;
}

/** Where the law has its peak, if one can be claimed: κ's interval leaves out 0, and the points follow the law. */
export function claimedPeak(law: Law | null): { n: number; low: number; high: number } | null {
  if (law?.kind !== 'universal-scalability-law' || law.peak === null || law.kappa.low === 0) return null;
  const { n, low, high } = law.peak;
  return high === null || hasPoorFit(law) ? null : { n, low, high };
}

export interface LawView {
  readonly variant: Curve['variant'];
  /** Name and value, interval included. */
  readonly figures: readonly { readonly label: string; readonly value: string }[];
  /** `peak at about 41 in flight (30–77)`. */
  readonly prediction: string;
  /** What keeps it from being believed; null for nothing. */
  readonly warning: string | null;
  readonly residual: string;
}

export function lawViews({ along, curves }: Panel, environment: Environment): LawView[] {
  return curves.flatMap(({ variant, law }) =>
    law === null ? [] : [lawView(variant, law, along, environment)],
  );
}

function lawView(
  variant: Curve['variant'],
  law: Law,
  along: Panel['along'],
  environment: Environment,
): LawView {
  const residual = formatShare(law.residual);
  const poor = hasPoorFit(law) ? `none: the fit is poor (residual ${residual})` : null;
  if (law.kind === 'amdahl') {
    return {
      variant,
      figures: [{ label: 'serial share', value: serialShare(law) }],
      prediction: poor ?? amdahlPrediction(law),
      warning: law.beyondCpus
        ? `fitted over more threads than ${availableCpusText(environment)}: part of the serial share is lack of CPUs`
        : null,
      residual,
    };
  }
  return {
    variant,
    figures: [
      { label: 'σ', value: coefficientWithInterval(law.sigma) },
      { label: 'κ', value: coefficientWithInterval(law.kappa) },
    ],
    prediction: poor ?? peakPrediction(law, along),
    warning: law.points === MIN_POINTS ? 'three points cannot show whether the law holds' : null,
    residual,
  };
}

function serialShare({ serial }: AmdahlLawRecord): string {
  return `${formatShare(serial.estimate)} (${formatShare(serial.low)}–${formatShare(serial.high)})`;
}

function amdahlPrediction({ greatestSpeedup, serial }: AmdahlLawRecord): string {
  if (greatestSpeedup === null) return 'no serial share: no bound in sight';
  const least = serial.high === 0 ? greatestSpeedup : 1 / serial.high;
  const most = serial.low === 0 ? 'no bound' : formatFactor(1 / serial.low);
  return `at most ${formatFactor(greatestSpeedup)} with any number of threads (${formatFactor(least)} to ${most})`;
}

/** Without a claim to a peak throughput may as well level off. One beyond what was measured is called so. */
function peakPrediction(law: ScalabilityLawRecord, along: Panel['along']): string {
  const { peak, kappa, sigma } = law;
  const claimed = claimedPeak(law);
  if (claimed === null) {
    if (sigma.high === 0 && kappa.high === 0) return 'no peak in sight: linear growth';
    return sigma.low > 0 ? 'no peak in sight: it levels off' : 'no peak in sight';
  }
  const range = `${formatCount(claimed.low)}–${formatCount(claimed.high)}`;
  const where = `${axisPlace(along, Math.round(claimed.n))} (${range})`;
  return `peak at about ${where}${peak?.extrapolated === true ? ', beyond what was measured' : ''}`;
}
