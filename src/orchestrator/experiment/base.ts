import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unlikeWork } from '../../analysis/comparison/same-work.ts';
import type { AgainstOptions, VersionRecord } from '../../core/documents/against.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { findBase, requestOfBase } from '../against/base-version.ts';
import { openSession, type Target, targetOf } from './open-session.ts';
import { type Prepared, prepareVersion } from './prepare.ts';
import { type Session, save } from './session.ts';
import { BUNDLE_PATH } from './spec-of.ts';

const FOLDERS = { base: 'base', baseAgain: 'base-again' } as const;

interface PreparedBase {
  readonly request: ExperimentRequest;
  readonly prepared: Prepared;
  readonly base: VersionRecord;
}

/**
 * Finds, bundles and inspects the base of `--against`; null without one.
 * @throws ThreadmillError that names the version where it can't be had or loaded, and where its work is another
 */
export async function prepareBase(
  request: ExperimentRequest,
  change: Prepared,
  signal: AbortSignal,
): Promise<PreparedBase | null> {
  const { against } = request;
  if (against === null) return null;
  const scratch = join(change.scratch, FOLDERS.base);
  await mkdir(scratch);
  const { source, version } = await findBase(request, against, scratch, signal);
  // Both calibrate `--cpu` alike, so that they do the same work.
  const steps = request.cpuIterationsPerMs ?? change.facts.cpuIterationsPerMs;
  const ofBase = { ...requestOfBase(request, against), cpuIterationsPerMs: steps };
  const prepared = await prepareVersion(ofBase, `${change.spec.runId}-base`, signal, source).catch(
    (thrown: unknown) => {
      throw inBase(thrown, version.label);
    },
  );
  refuseOtherWork(request, against.options, change, prepared);
  return { request: ofBase, prepared, base: version };
}

function inBase(thrown: unknown, label: string): unknown {
  if (!(thrown instanceof ThreadmillError) || thrown.code === 'aborted') return thrown;
  const { code, message, advice, exitCode } = thrown;
  return new ThreadmillError(code, `the base (${label}): ${message}`, {
    exitCode,
    cause: thrown,
    ...(advice !== undefined && { advice }),
  });
}

/** Another workload file has another name; what else differs must be what was asked for. */
function refuseOtherWork(
  request: ExperimentRequest,
  options: AgainstOptions,
  change: Prepared,
  base: Prepared,
): void {
  const planOf = (prepared: Prepared) => ({ spec: prepared.spec, server: targetOf(request, prepared) });
  const unlike = unlikeWork(planOf(base), planOf(change)).filter(
    ({ what, name }) => what !== 'workload' && !(name !== undefined && name in options),
  );
  if (unlike.length === 0) return;
  const list = unlike
    .map(({ what, before, after }) => `${what} ${before} in the base and ${after} here`)
    .join('; ');
  throw new ThreadmillError(
    'usage',
    `the two versions do different work, so their times can’t be compared: ${list}`,
    {
      advice: 'Compare versions of a workload with the same list of jobs; --jobs gives both the same number.',
    },
  );
}

/** Makes the run folders of the base, and of the base once more: its noise floor. The run's record says what they are. */
export async function openBase(session: Session, from: PreparedBase, target: Target): Promise<Session[]> {
  const { request, prepared, base } = from;
  const { closesIdle, hooks, folder: run } = session;
  const again = { ...prepared, scratch: join(session.scratch, FOLDERS.baseAgain) };
  const bundle = dirname(BUNDLE_PATH);
  await cp(join(prepared.scratch, bundle), join(again.scratch, bundle), { recursive: true });
  const open = (
    { spec, ...rest }: Prepared,
    runId: string,
    within: { readonly folder: string; readonly version: 'base' | 'base again' },
  ) =>
    openSession(request, { ...rest, spec: { ...spec, runId } }, target, closesIdle, hooks, {
      run,
      ...within,
    });
  const { id } = run;
  const others: Session[] = [];
  try {
    others.push(await open(prepared, `${id}-base`, { folder: FOLDERS.base, version: 'base' }));
    others.push(await open(again, `${id}-base-again`, { folder: FOLDERS.baseAgain, version: 'base again' }));
  } catch (thrown) {
    for (const { log } of [session, ...others]) log.close();
    await run.remove();
    throw thrown;
  }
  const { git } = session.record;
  session.record.against = {
    change: {
      ...{ label: 'this version', packages: 'own', settings: [] },
      ...{ commit: git?.commit ?? null, modified: git?.modified ?? null },
    },
    base,
    folders: FOLDERS,
    responses: { compared: 0, differing: 0 },
    roundsMs: 0,
    variants: [],
    verdict: null,
    functions: [],
  };
  for (const { record } of others) {
    if (base.commit !== null) record.git = { commit: base.commit, modified: base.modified === true };
  }
  await save(session);
  return others;
}
