import { concludeAgainst, rule } from '../analysis/against/decide.ts';
import type { Versions } from '../analysis/against/paired.ts';
import { conclude } from '../analysis/gates/conclude.ts';
import type { Gate } from '../analysis/gates/parse-gate.ts';
import type { ExperimentRequest } from '../core/documents/request.ts';
import type { RunRecord } from '../core/documents/run-record.ts';
import type { ExperimentHooks } from '../orchestrator/experiment/session.ts';
import { type EndedRun, readEndedRun, refuseUnlike } from './earlier-run.ts';
import { refuseInapplicable } from './gate-options.ts';

export interface JudgingOptions {
  readonly gates: readonly Gate[];
  readonly baseline: string | null;
}

interface Judging {
  /** As asked for, with what it takes over from the run that it is compared with. */
  readonly request: ExperimentRequest;
  readonly hooks: Pick<ExperimentHooks, 'settled' | 'decided' | 'conclude'>;
}

/** Finds the run to compare with before anything is measured: a name that is wrong should cost no time. */
export async function prepareJudging(
  request: ExperimentRequest,
  { gates, baseline }: JudgingOptions,
): Promise<Judging> {
  if (request.against !== null) return { request, hooks: againstHooks(gates) };
  const before = baseline === null ? null : (await readEndedRun(request.outDir, baseline)).record;
  return {
    request: before === null ? request : { ...request, cpuIterationsPerMs: stepsOf(before, request) },
    hooks: {
      settled: (plan) => {
        if (before !== null)
          refuseUnlike(before, plan, `Run it with the options of ${before.id}: ${before.commandLine}`);
        refuseInapplicable(gates, plan, before);
      },
      conclude: (record) => {
        const { comparison, gates: results, exitCode } = conclude(record, before, gates);
        Object.assign(record, { comparedWith: comparison, gates: results, exitCode });
      },
    },
  };
}

function againstHooks(gates: readonly Gate[]): Judging['hooks'] {
  const versionsOf = ([change, base, baseAgain]: readonly RunRecord[]): Versions => {
    if (change === undefined || base === undefined || baseAgain === undefined)
      throw new Error('a version is missing');
    return { base, baseAgain, change };
  };
  return {
    settled: (plan) => refuseInapplicable(gates, plan, null, true),
    decided: (records) => rule(gates, versionsOf(records)),
    conclude: (record, others) => concludeAgainst(gates, versionsOf([record, ...others])),
  };
}

/** `--cpu` in the same number of steps, so that both runs do the same work, however each was calibrated. */
function stepsOf({ spec }: EndedRun['record'], request: ExperimentRequest): number | null {
  const { cpuMs, cpuIterationsPerMs } = spec.workload.settings;
  return cpuMs === request.cpuMs && cpuMs > 0 && cpuIterationsPerMs > 0 ? cpuIterationsPerMs : null;
}
