import type { Caution } from '../types/run-comparison.ts';
import type { RunRecord } from '../types/run-record.ts';
import { checkFailed, workFailed } from './exit-code.ts';
import { driftSeen, stepsRatio } from './samples.ts';

/** Share of all CPUs that other programs used as a run began, above which it is worth saying. */
const BUSY_SHARE = 0.1;

/** What a reader should know of two runs before believing how they compare. */
export function cautionsOf(before: RunRecord, after: RunRecord): Caution[] {
  return [
    ...ofRun(before, 'before'),
    ...ofRun(after, 'after'),
    ...calibration(before, after),
    ...missing(before, after, 'after'),
    ...missing(after, before, 'before'),
  ];
}

function ofRun(record: RunRecord, which: 'before' | 'after'): Caution[] {
  const found: Caution[] = [];
  const { backgroundLoad } = record.environment;
  if (record.status === 'aborted') {
    found.push({
      code: 'aborted',
      message: `the run ${which} was stopped before its end; what it had until then is compared`,
    });
  }
  if (checkFailed(record)) {
    found.push({
      code: 'check-failed',
      message: `in the run ${which} ${record.equivalence.baseline} differed from itself (--check), so nothing is claimed`,
    });
  }
  if (workFailed(record)) {
    found.push({
      code: 'work-failed',
      message: `in the run ${which} jobs failed or responses differed; nothing is claimed of those variants`,
    });
  }
  if (backgroundLoad > BUSY_SHARE) {
    found.push({
      code: 'busy-machine',
      message: `other programs used ${Math.round(backgroundLoad * 100)}% of the CPUs as the run ${which} began`,
    });
  }
  const drift = driftSeen(record);
  if (drift !== null) {
    found.push({
      code: 'drift',
      message: `the machine drifted in the run ${which}: its blocks became ${percent(drift.percent)} ${drift.percent > 0 ? 'slower' : 'faster'} from first to last; the intervals are wider by as much`,
    });
  }
  return found;
}

function calibration(before: RunRecord, after: RunRecord): Caution[] {
  const more = 100 * (stepsRatio(before, after) - 1);
  if (more === 0) return [];
  const message = `--cpu was calibrated apart: ${percent(more)} ${more > 0 ? 'more' : 'fewer'} steps after; the intervals are wider by as much (bench --baseline takes the steps of the run that it is given)`;
  return [{ code: 'calibration', message }];
}

function missing(from: RunRecord, to: RunRecord, which: 'before' | 'after'): Caution[] {
  const names = from.variants.filter(({ name }) => !to.variants.some((other) => other.name === name));
  if (names.length === 0) return [];
  const list = names.map(({ name }) => name).join(', ');
  return [{ code: 'missing-variant', message: `not in the run ${which}, and so not compared: ${list}` }];
}

function percent(value: number): string {
  const size = Math.abs(value);
  return size < 0.1 ? 'under 0.1%' : `${size.toFixed(1)}%`;
}
