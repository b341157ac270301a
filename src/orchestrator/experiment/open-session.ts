import { dirname, join } from 'node:path';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { nameOfItem } from '../../core/item-names.ts';
import { setDuty } from '../../core/processes/guard.ts';
import type { VersionName } from '../../core/progress.ts';
import { redactUrl } from '../../core/redaction.ts';
import { writeItemNames } from '../../store/item-names.ts';
import { createLogger, type RunLogger } from '../../store/logger.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { fillPlan } from '../../workload/plan.ts';
import type { Prepared } from './prepare.ts';
import { newRecord } from './record.ts';
import { type ExperimentHooks, type Session, save } from './session.ts';
import { BUNDLE_PATH } from './spec-of.ts';

export interface Target {
  readonly kind: 'embedded' | 'external' | 'none';
  /** Null for the embedded server until it has started; may hold credentials. */
  readonly url: string | null;
}

export function targetOf(request: ExperimentRequest, { facts }: Prepared): Target {
  if (facts.usesBaseUrl) {
    return request.url === null ? { kind: 'embedded', url: null } : { kind: 'external', url: request.url };
  }
  return facts.origin === null ? { kind: 'none', url: null } : { kind: 'external', url: facts.origin };
}

/** Makes the run folder with bundle and run.json, or leaves nothing. @param within of another version: the run's folder */
export async function openSession(
  request: ExperimentRequest,
  prepared: Prepared,
  target: Target,
  closesIdle: boolean,
  hooks: ExperimentHooks,
  within: { readonly run: RunFolder; readonly folder: string; readonly version: VersionName } | null = null,
): Promise<Session> {
  const { spec, facts, launch } = prepared;
  const folder = await (within === null
    ? RunFolder.create(request.outDir, spec.runId)
    : RunFolder.create(within.run.dir, within.folder));
  if (within === null) setDuty('run', folder.dir);
  let log: RunLogger | null = null;
  try {
    const shownUrl = target.url === null ? null : redactUrl(target.url);
    const server = { kind: target.kind, url: shownUrl, ceiling: null, drift: null };
    const record = await newRecord(request, withBaseUrl(spec, shownUrl ?? ''), server, launch);
    await folder.makeFolder('logs');
    log = createLogger({
      file: folder.path('logs', 'orchestrator.ndjson'),
      level: 'debug',
      base: { runId: spec.runId, process: 'orchestrator' },
    });
    await folder.adopt(join(prepared.scratch, 'workload'), dirname(BUNDLE_PATH));
    if (facts.itemNames !== null) await writeItemNames(folder, facts.itemNames);
    const plan = fillPlan(new Uint32Array(spec.jobs), spec.workload.items, spec.seed);
    const session: Session = {
      record,
      folder,
      hooks,
      log,
      baseUrl: target.url?.replace(/\/+$/, '') ?? '',
      serverUsage: null,
      injected: null,
      closesIdle,
      scratch: prepared.scratch,
      plan,
      nameOf: (position: number) => nameOfItem(facts.itemNames, plan[position]!),
      launch,
      version: within?.version ?? null,
      displayRoot: prepared.displayRoot,
    };
    await save(session);
    return session;
  } catch (thrown) {
    log?.close();
    await folder.remove();
    throw thrown;
  }
}

/** @param ca file of the certificate of a server of ours; null: as it was asked for */
export function withBaseUrl(spec: RunSpec, baseUrl: string, ca: string | null = null): RunSpec {
  const { workload } = spec;
  const settings = { ...workload.settings, baseUrl, ca: ca ?? workload.settings.ca };
  return { ...spec, workload: { ...workload, settings } };
}
