import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';

/** Text from a workload, a server or a command line, made fit for showing. */
export function cleanSweep(record: SweepRecord): SweepRecord {
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
