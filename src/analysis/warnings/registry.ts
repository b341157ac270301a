import type { RunRecord, Warning } from '../../core/documents/run-record.ts';
import { STOPPED } from '../../core/outcomes.ts';
import { warningOf } from '../../core/warnings.ts';
import { aaArm } from './aa-arm.ts';
import {
  clientSaturated,
  clientsDiffer,
  clientsMissing,
  clockCoarse,
  connectionsInTrial,
  slotsNotFull,
} from './client.ts';
import { drifting } from './drifting.ts';
import {
  failuresAllowed,
  faultsUnreconciled,
  jobsFailed,
  responsesDiffer,
  runnerLost,
  warmupFailed,
} from './failures.ts';
import type { Check } from './finding.ts';
import { heapGrowing } from './heap.ts';
import { cpuThrottled, machineBusy, machineNoisy, moreThreadsThanCpus } from './machine.ts';
import { bimodal } from './modes.ts';
import { severeOutliers } from './outliers.ts';
import { queueReRuns } from './queue.ts';
import { rateNotHeld } from './rate.ts';
import { tooFewRounds } from './rounds.ts';
import { serverDrifting, serverSaturated } from './server.ts';
import { stalled } from './stalls.ts';

/** What voids a run comes first, what only blurs it last. To add one: a function, and a line here. */
const CHECKS: readonly Check[] = [
  responsesDiffer,
  clientsDiffer,
  clientsMissing,
  jobsFailed,
  faultsUnreconciled,
  failuresAllowed,
  runnerLost,
  warmupFailed,
  rateNotHeld,
  queueReRuns,
  aaArm,
  serverSaturated,
  serverDrifting,
  clientSaturated,
  slotsNotFull,
  connectionsInTrial,
  clockCoarse,
  machineNoisy,
  machineBusy,
  cpuThrottled,
  moreThreadsThanCpus,
  heapGrowing,
  drifting,
  bimodal,
  severeOutliers,
  stalled,
  tooFewRounds,
];

/** What a reader should know before believing the record. Trials cut off by a stop are no failures. */
export function warningsOf(record: RunRecord): Warning[] {
  if (record.status !== 'aborted') {
    const warnings = CHECKS.flatMap((check) => check(record)).map(warningOf);
    const failed = warnings.some(({ code }) => code === 'jobs-failed' || code === 'warmup-failed');
    return failed ? warnings.filter(({ code }) => code !== 'too-few-rounds') : warnings;
  }
  const variants = record.variants.map((variant) => ({
    ...variant,
    trials: variant.trials.filter(({ lost }) => lost !== STOPPED),
  }));
  const checks = CHECKS.filter((check) => check !== tooFewRounds);
  return checks.flatMap((check) => check({ ...record, variants })).map(warningOf);
}
