import { comparable } from '../analysis/comparable.ts';
import { type Plan, unlikeWork } from '../analysis/comparison/same-work.ts';
import type { RunRecord } from '../core/documents/run-record.ts';
import { ThreadmillError } from '../core/errors.ts';
import { isLive } from '../store/liveness.ts';
import { resolveRun } from '../store/resolve-run.ts';
import type { RunFolder } from '../store/run-folder.ts';

export interface EndedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
}

/** Rejects with one message that says why the run can't be compared. */
export async function readEndedRun(outDir: string, name: string): Promise<EndedRun> {
  const folder = await resolveRun(outDir, name);
  const record = await readRecord(folder);
  if (isLive(record)) {
    throw unusable(`run ${record.id} is still going on`, 'Wait for its end, or name another run.');
  }
  if (record.status === 'failed') {
    throw unusable(`run ${record.id} failed: ${record.failure?.message ?? 'no reason was recorded'}`);
  }
  if (!record.variants.some(({ trials }) => trials.some(comparable))) {
    throw unusable(
      `run ${record.id} has no trial that could be compared: jobs failed in all, or none was completed`,
    );
  }
  // Killed before it could say so.
  return { folder, record: record.status === 'running' ? { ...record, status: 'aborted' } : record };
}

async function readRecord(folder: RunFolder): Promise<RunRecord> {
  try {
    return await folder.readRecord();
  } catch (thrown) {
    if (!(thrown instanceof ThreadmillError) || thrown.code !== 'run-unreadable') throw thrown;
    throw unusable(thrown.message);
  }
}

/** Throws if the two runs did different work, or are one run. */
export function refuseUnlike(before: RunRecord, after: Plan, advice: string): void {
  if (before.spec.runId === after.spec.runId) {
    throw new ThreadmillError('usage', `both are run ${before.id}`, {
      advice: 'Name two runs: the earlier one first.',
    });
  }
  const unlike = unlikeWork(before, after);
  if (unlike.length === 0) return;
  const list = unlike.map(({ what, before: one, after: other }) => `${what} ${one} and ${other}`).join('; ');
  throw new ThreadmillError(
    'usage',
    `the two runs did different work, so their times can’t be compared: ${list}`,
    {
      advice,
    },
  );
}

function unusable(
  message: string,
  advice = 'Name another run, or make one with `threadmill bench`.',
): ThreadmillError {
  return new ThreadmillError('run-unreadable', message, { advice });
}
