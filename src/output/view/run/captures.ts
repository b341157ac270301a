import { CAPTURE_NAMES, type CaptureName } from '../../../core/captures.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { FlameData } from '../../../core/documents/flame.ts';
import type { Artifact, RunRecord } from '../../../core/documents/run-record.ts';
import type { VariantName } from '../../../core/variants.ts';
import type { FunctionRow } from './functions.ts';
import { cleanFlame, functionRows, idleShareOf } from './functions.ts';

export type CaptureView =
  | {
      readonly available: true;
      readonly capture: CaptureName;
      readonly title: string;
      /** Relative to the report, as shown; and the same encoded for a link, null if it leaves the run folder. */
      readonly path: string;
      readonly href: string | null;
      readonly threads: 'all' | 'some' | 'main';
      readonly loadMs: number | null;
      readonly repeats: number | null;
      readonly caveat: string | null;
    }
  | {
      readonly available: false;
      readonly capture: CaptureName;
      readonly reason: string;
      readonly advice: string | null;
    };

export interface VariantView {
  readonly variant: VariantName;
  readonly captures: readonly CaptureView[];
  readonly flame: FlameData | null;
  /** Jobs that ran while it was profiled; null where that is not known. */
  readonly jobs: number | null;
  /** Share of all threads' measured time that was idle; null without a flame. */
  readonly idleShare: number | null;
  readonly functions: readonly FunctionRow[];
}

export function variantViews(record: RunRecord, flames: readonly FlameData[]): VariantView[] {
  return record.variants.flatMap(({ name }): VariantView[] => {
    const artifacts = record.artifacts.filter((artifact) => artifact.variant === name);
    const captures = artifacts
      .sort((a, b) => CAPTURE_NAMES.indexOf(a.capture) - CAPTURE_NAMES.indexOf(b.capture))
      .map(captureView);
    const found = flames.find((flame) => flame.variant === name && flame.threads.length > 0);
    if (found === undefined) {
      return captures.length === 0
        ? []
        : [{ variant: name, captures, flame: null, jobs: null, idleShare: null, functions: [] }];
    }
    const flame = cleanFlame(found);
    return [
      {
        variant: name,
        captures,
        flame,
        jobs: jobsProfiled(record, artifacts),
        idleShare: idleShareOf(flame),
        functions: functionRows(flame),
      },
    ];
  });
}

/** The plan ran a number of times while the threads were profiled. */
function jobsProfiled({ spec }: RunRecord, artifacts: readonly Artifact[]): number | null {
  const repeats = artifacts.flatMap((artifact) =>
    artifact.capture === 'threads' && !('unavailable' in artifact) ? [artifact.repeats] : [],
  );
  return repeats[0] == null ? null : repeats[0] * spec.jobs;
}

function captureView(artifact: Artifact): CaptureView {
  if ('unavailable' in artifact) {
    return {
      available: false,
      capture: artifact.capture,
      reason: cleanText(artifact.unavailable),
      advice: artifact.advice === null ? null : cleanText(artifact.advice),
    };
  }
  return {
    available: true,
    capture: artifact.capture,
    title: cleanText(artifact.title, 120),
    path: cleanText(artifact.path),
    href: relativeHref(artifact.path),
    threads: artifact.threads,
    loadMs: artifact.loadMs,
    repeats: artifact.repeats,
    caveat: artifact.caveat === null ? null : cleanText(artifact.caveat),
  };
}

/** A link that can only lead to a file below the report: no scheme, no host, no way up. */
export function relativeHref(path: string): string | null {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return null;
  return `./${segments.map(encodeURIComponent).join('/')}`;
}
