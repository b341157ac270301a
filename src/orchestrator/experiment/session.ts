import type { Plan } from '../../analysis/comparison/same-work.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Progress, ProgressEvent, VersionName } from '../../core/progress.ts';
import { type WarningKind, warningOf } from '../../core/warnings.ts';
import type { RunLogger } from '../../store/logger.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import type { Injected } from '../server/faults/injector.ts';
import type { ServerUsage } from '../server/usage.ts';
import type { NodeLaunch } from './runner-process.ts';

export interface ExperimentHooks {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Called where nothing is being timed: the place to show new log lines, say. */
  readonly idle?: () => void;
  /** Called when every number is settled, before anything starts; what it throws ends the run without a trace. */
  readonly settled?: (plan: Plan) => void;
  /** Of `--against`, called after each round with the records of the change, the base and the base again. */
  readonly decided?: (records: readonly RunRecord[]) => 'decided' | 'undecidable' | null;
  /** Called with the record of a run that went to its end, and those of its other versions; says in it what follows, the exit code included. */
  readonly conclude?: (record: RunRecord, others: readonly RunRecord[]) => void;
}

export interface Session {
  readonly record: RunRecord;
  readonly folder: RunFolder;
  readonly hooks: ExperimentHooks;
  readonly log: RunLogger;
  /** Where jobs go, credentials and all: never to be logged or saved. */
  readonly baseUrl: string;
  /** What the embedded server has used so far; null for any other server, and before it has started. */
  readonly serverUsage: (() => Promise<ServerUsage>) | null;
  /** Faults that it has injected since it was last asked; null without `--fault`. */
  readonly injected: (() => Promise<Injected>) | null;
  /** Whether a variant's connections are closed after each of its trials, because all of them together are too many. */
  readonly closesIdle: boolean;
  /** Temporary folder of the run, gone after it. */
  readonly scratch: string;
  readonly plan: Uint32Array;
  readonly nameOf: (position: number) => string;
  readonly launch: NodeLaunch;
  /** Which of two versions (`--against`) it is of, besides the change; null: the change, or the only one. */
  readonly version: VersionName | null;
  /** Absolute folder that the paths of the workload's code are shown relative to. */
  readonly displayRoot: string;
}

export function tell(session: Session, event: ProgressEvent): void {
  session.hooks.progress.event(event);
}

/** Writes run.json as it stands: a run that is killed after this leaves all of it readable. */
export async function save(session: Session): Promise<void> {
  await session.folder.writeRecord(session.record);
  session.hooks.idle?.();
}

export function warn(session: Session, warning: WarningKind & { readonly message: string }): void {
  session.record.warnings.push(warningOf({ ...warning, variant: null }));
  session.log.warn({ code: warning.code }, warning.message);
}
