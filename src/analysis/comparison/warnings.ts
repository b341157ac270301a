import type { ComparisonWarning } from '../../core/documents/comparison.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { comparedMs } from '../comparable.ts';
import { aaFailed, workFailed } from '../gates/exit-code.ts';
import { isBusy, loadDiffers, takenShareOf } from '../gates/machine-load.ts';
import { movementOf } from '../gates/movement.ts';
import { stepsRatio } from './samples.ts';

/** Logarithm: intervals that are wider by less change nothing that is said. */
const WORTH_TELLING = 0.01;

export function warningsOf(before: RunRecord, after: RunRecord): ComparisonWarning[] {
  return [
    ...ofRun(before, 'before'),
    ...ofRun(after, 'after'),
    ...busy(before, after),
    ...load(before, after),
    ...calibration(before, after),
    ...missing(before, after, 'after'),
    ...missing(after, before, 'before'),
  ];
}

function ofRun(record: RunRecord, which: 'before' | 'after'): ComparisonWarning[] {
  const found: ComparisonWarning[] = [];
  if (record.status === 'aborted') {
    found.push({
      code: 'aborted',
      message: `the run ${which} was stopped before its end; its rounds until then are compared`,
    });
  }
  if (aaFailed(record)) {
    found.push({
      code: 'aa-failed',
      message: `in the run ${which} ${record.equivalence.baseline} differed from itself (--aa), so no claim is made`,
    });
  }
  if (workFailed(record)) {
    found.push({
      code: 'work-failed',
      message: `in the run ${which} jobs failed or responses differed; no claim is made about those variants`,
    });
  }
  const movement = movementOf(record, comparedMs);
  if (movement !== null && movement.size >= WORTH_TELLING) {
    const { trend, size } = movement;
    const moved =
      trend === null
        ? `the machine was unsteady in the run ${which}: the level of its trials moved by ${percent(100 * Math.expm1(size))}`
        : `the machine drifted in the run ${which}: its trials became ${percent(trend.percent)} ${trend.percent > 0 ? 'slower' : 'faster'} from first to last`;
    found.push({ code: 'drift', message: `${moved}; the intervals are wider by as much` });
  }
  return found;
}

function busy(before: RunRecord, after: RunRecord): ComparisonWarning[] {
  const runs = (
    [
      [before, 'before'],
      [after, 'after'],
    ] as const
  ).filter(([record]) => isBusy(record));
  if (runs.length === 0) return [];
  const isVirtual = runs.some(([{ machineLoad }]) => (machineLoad.stealShare ?? 0) >= 0.001);
  const shares = runs.map(([record, which]) => `${percent(100 * takenShareOf(record))} (run ${which})`);
  const who = isVirtual ? 'other programs and the hypervisor' : 'other programs';
  return [
    {
      code: 'machine-busy',
      message: `${who} took ${shares.join(' and ')} of the CPU time. A change in time counts only if waiting for a CPU cannot explain it; a change in CPU per job only if it exceeds the scatter of the trials`,
    },
  ];
}

function load(before: RunRecord, after: RunRecord): ComparisonWarning[] {
  if (!loadDiffers(before, after)) return [];
  const [one, other] = [before, after].map((record) => percent(100 * takenShareOf(record)));
  const message = `other programs took ${one} of the CPU time before and ${other} after: speedups and CPU per job are not judged`;
  return [{ code: 'load-differs', message }];
}

function calibration(before: RunRecord, after: RunRecord): ComparisonWarning[] {
  const more = 100 * (stepsRatio(before, after) - 1);
  if (more === 0) return [];
  const message = `--cpu was calibrated separately: ${percent(more)} ${more > 0 ? 'more' : 'fewer'} steps after; the intervals are wider by as much (bench --baseline reuses the steps of the earlier run)`;
  return [{ code: 'calibration', message }];
}

function missing(from: RunRecord, to: RunRecord, which: 'before' | 'after'): ComparisonWarning[] {
  const names = from.variants.filter(({ name }) => !to.variants.some((other) => other.name === name));
  if (names.length === 0) return [];
  const list = names.map(({ name }) => name).join(', ');
  return [{ code: 'missing-variant', message: `not in the run ${which}, and so not compared: ${list}` }];
}

function percent(value: number): string {
  const size = Math.abs(value);
  return size < 0.1 ? 'under 0.1%' : `${size.toFixed(1)}%`;
}
