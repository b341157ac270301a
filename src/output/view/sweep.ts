import { analyseSweep } from '../../analysis/sweep/analyse.ts';
import { savedSweepVerdict } from '../../analysis/verdict/sweep/verdict.ts';
import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { SweepAnalysis } from '../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';
import type { Banner, Fact } from './run/model.ts';
import { sweepBanners, sweepEnvironment, sweepOptions } from './sweep/facts.ts';
import { cleanVerdict } from './verdict.ts';

/** What the report of a sweep shows. Text is clean, but not escaped. */
export interface SweepView {
  readonly record: SweepRecord;
  readonly analysis: SweepAnalysis;
  readonly verdict: ReturnType<typeof savedSweepVerdict>;
  readonly banners: readonly Banner[];
  readonly environment: readonly Fact[];
  readonly options: readonly Fact[];
}

/** Deterministic: the view of a record never changes. */
export function sweepView(saved: SweepRecord): SweepView {
  const record = cleanSweep(saved);
  return {
    record,
    analysis: record.analysis ?? analyseSweep(record),
    verdict: cleanVerdict(savedSweepVerdict(record)),
    banners: sweepBanners(record),
    environment: sweepEnvironment(record),
    options: sweepOptions(record),
  };
}

/** Text from a workload, a server or a command line, made fit for showing. */
function cleanSweep(record: SweepRecord): SweepRecord {
  const { definition } = record;
  return {
    ...record,
    id: cleanText(record.id, 80),
    threadmill: cleanText(record.threadmill, 40),
    commandLine: cleanText(record.commandLine, LONG_TEXT),
    definition: {
      ...definition,
      workload: {
        ...definition.workload,
        name: cleanText(definition.workload.name, 120),
        source: cleanText(definition.workload.source),
      },
    },
    points: record.points.map((point) => ({
      ...point,
      result: point.result && {
        ...point.result,
        warnings: point.result.warnings.map(({ code, variant }) => ({ code: cleanText(code, 60), variant })),
      },
      failure: point.failure && {
        code: cleanText(point.failure.code, 60),
        message: cleanText(point.failure.message),
      },
    })),
    warnings: record.warnings.map(({ code, message, advice, variant }) => ({
      code: cleanText(code, 60),
      message: cleanText(message),
      advice: cleanText(advice),
      variant,
    })),
  };
}
