import type { TrialRecord } from '../../core/documents/run-record.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { STOPPED } from '../../core/outcomes.ts';
import { createClock } from '../../engine/measurement/clock.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import { writeRows } from '../../store/job-rows.ts';
import { outputError } from '../../store/output-errors.ts';
import { type Arm, journalFile, rowsFile } from './arm.ts';
import { type LostTrial, trialNotBegun, trialOfJournal } from './lost-trial.ts';
import type { RunnerLoss, TrialRequest, TrialResult } from './runner-process.ts';
import type { Session } from './session.ts';

const clock = createClock();

/** The record of a trial, from its runner's answer or what it left. @returns `hasRows`: its rows are in the file */
export function trialOf(
  session: Session,
  result: TrialResult,
  arm: Arm,
  place: Pick<TrialRequest, 'round' | 'order' | 'rowsTrial'>,
): { readonly trial: TrialRecord; readonly hasRows: boolean } {
  const { key } = arm;
  switch (result.type) {
    case 'done':
      return { trial: result.trial, hasRows: true };
    case 'lost': {
      const { began } = result.loss;
      const { record, table } = lostTrial(session, result.loss, arm, place);
      if (began && place.rowsTrial !== null) writeLostRows(rowsFile(session, key), place.rowsTrial, table);
      return { trial: record, hasRows: began };
    }
    case 'failed': {
      if (result.code === 'EMFILE' || result.code === 'ENFILE') {
        throw new ThreadmillError(
          'limit-reached',
          `the runner of ${key} has too many open files: ${result.message}`,
          { advice: 'Raise the limit (`ulimit -n`), or lower --concurrency.' },
        );
      }
      if (result.code === 'queue-unusable') {
        const { message, advice } = result;
        throw new ThreadmillError('queue-unusable', message, advice === undefined ? {} : { advice });
      }
      const full = result.code === 'ENOSPC' || result.code === 'EDQUOT';
      if (!full) {
        const message = `the runner of ${key} could not finish a trial: ${result.message}`;
        throw new ThreadmillError('internal', message, {
          advice:
            'Does the workload replace what all code in its process shares, like Date, JSON or performance? If not, please report this.',
        });
      }
      throw new ThreadmillError('output-full', `the disk is full: cannot write ${rowsFile(session, key)}`, {
        advice: 'Free some space, or choose another folder with --out.',
      });
    }
  }
}

function lostTrial(
  session: Session,
  { reason, began }: RunnerLoss,
  { key, variant }: Arm,
  place: Pick<TrialRequest, 'round' | 'order'>,
): LostTrial {
  const { hooks, log, plan } = session;
  // One that did not listen was killed for it: that says nothing about the variant.
  const stopped = hooks.signal.aborted;
  if (!stopped) {
    variant.state = 'lost';
    variant.lostReason = reason;
    log.error({ variant: key, reason }, 'runner lost');
  }
  const loss = {
    ...place,
    plan,
    reason: stopped ? STOPPED : reason,
    endNs: clock(),
  };
  if (!began) return trialNotBegun(loss);
  return trialOfJournal(loss, journalFile(session, key), stopped ? 'aborted' : 'worker-crashed');
}

function writeLostRows(file: string, trial: number, table: JobTable): void {
  try {
    writeRows({ file, trial }, table);
  } catch (thrown) {
    throw outputError(thrown, file);
  }
}
