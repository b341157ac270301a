import { existsSync } from 'node:fs';
import { exitCodeOf, NOTHING_CONCLUDED } from '../../analysis/gates/exit-code.ts';
import { verdictOf } from '../../analysis/verdict/verdict.ts';
import { warningsOf } from '../../analysis/warnings/registry.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { setDuty } from '../../core/processes/guard.ts';
import { rememberUrlSecrets } from '../../core/redaction.ts';
import { QUEUE_URL_VARIABLE } from '../../engine/variants/queue/protocol.ts';
import { releaseQueue } from '../../engine/variants/queue/redis.ts';
import { probeOutput } from '../../store/output-folder.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import { newRunId } from '../../store/run-id.ts';
import { checkedOut } from '../against/base-version.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../server/embedded-server.ts';
import { throwIfAborted } from './abort.ts';
import { openBase, prepareBase } from './base.ts';
import { describeNames } from './by-name.ts';
import { takeCaptures } from './capturing.ts';
import { compareAndSummarise, conclude } from './conclude.ts';
import { abortedExitCode, failedWith } from './failure.ts';
import { openSession, type Target, targetOf, withBaseUrl } from './open-session.ts';
import { OtherRuns } from './other-runs.ts';
import { checkPossible } from './possible.ts';
import { checkProtocol, checkReachable, connectionSettings } from './preflight.ts';
import { type Prepared, prepare } from './prepare.ts';
import { nothingReconciled } from './reconcile.ts';
import { removeScratch } from './scratch.ts';
import { isWorthProbing, probeCeiling } from './server-ceiling.ts';
import { type ExperimentHooks, type Session, save, tell, warn } from './session.ts';
import { BUNDLE_PATH } from './spec-of.ts';
import { Timing } from './timing.ts';

interface ExperimentResult {
  /** As run.json has it; `exitCode` and, for a failed run, `failure` are set. */
  readonly record: RunRecord;
  readonly folder: RunFolder;
}

/**
 * One run, from request to record: prepare, server, runners, warm-up, rounds, traced pass, captures, save.
 *
 * Rejects with a ThreadmillError if it fails before there is anything to keep; nothing is left behind then.
 * Later failures, and an abort (its reason is the signal's name), resolve with a record that says so.
 */
export async function runExperiment(
  request: ExperimentRequest,
  hooks: ExperimentHooks,
): Promise<ExperimentResult> {
  const { progress, signal } = hooks;
  if (request.url !== null) rememberUrlSecrets(request.url);
  progress.event({ type: 'phase', phase: 'prepare', detail: null });
  const takeBack = await probeOutput(request.outDir);
  let prepared: Prepared | null = null;
  try {
    prepared = await prepare(request, newRunId(new Date()), signal);
    const target = targetOf(request, prepared);
    const closesIdle = checkPossible(request, prepared, target.kind === 'embedded');
    hooks.settled?.({ spec: prepared.spec, server: target });
    const base = await prepareBase(request, prepared, signal);
    checkProtocol(request, target, prepared.spec);
    if (target.kind === 'external' && target.url !== null) {
      const isOwn = prepared.facts.certificates === 'own';
      await checkReachable(target.url, isOwn ? null : connectionSettings(request, prepared), signal);
    }
    const git = await checkedOut(request, signal);
    throwIfAborted(signal);
    const session = await openSession(request, prepared, target, closesIdle, hooks);
    session.record.git = git;
    const others = base === null ? [] : await openBase(session, base, target);
    tell(session, {
      type: 'started',
      runId: session.folder.id,
      runDir: session.folder.dir,
      title: titleOf(session.record.spec),
    });
    await carryOut(session, others, request, prepared, target);
    return { record: session.record, folder: session.folder };
  } catch (thrown) {
    await takeBack();
    throw thrown;
  } finally {
    setDuty('run', '');
    if (prepared !== null) await removeScratch(prepared.scratch);
  }
}

/** Everything after the run folder exists. Never rejects: the record has the error. */
async function carryOut(
  opened: Session,
  openedOthers: readonly Session[],
  request: ExperimentRequest,
  prepared: Prepared,
  target: Target,
): Promise<void> {
  let [session, others] = [opened, openedOthers];
  const { record, folder, log, hooks } = opened;
  let server: EmbeddedServer | null = null;
  try {
    log.info({ commandLine: record.commandLine, environment: record.environment }, 'run started');
    const otherRuns = await OtherRuns.look(request.outDir, session.folder.id, record.createdAt);
    if (request.url !== null && !prepared.facts.usesBaseUrl) warnOfUnusedUrl(session);
    if (connectionSettings(request, prepared).insecure) warnOfUnchecked(session);
    if (target.kind === 'embedded') {
      server = await startServer(session, request);
      session = await withServer(session, server, request);
      others = others.map((other) => withSameServer(other, session));
    }
    for (const each of [session, ...others]) await each.folder.writeSpec(each.record.spec);
    const timing = new Timing(session, others);
    try {
      await timing.run().finally(() => otherRuns.warn(record));
      for (const each of [session, ...others]) {
        conclude(each.record, timing.anythingCompared(each));
        each.record.verdict = verdictOf(each.record);
        await save(each);
      }
      // After the parts that it could disturb, and with the same runners: their code and connections are warm.
      if (record.spec.trace) await timing.trace();
      for (const each of [session, ...others]) await describeNames(each.record, each.folder);
    } finally {
      await timing.close();
    }
    await takeCaptures(
      [session, ...others.filter(({ version }) => version !== 'base again')],
      request.captures,
    );
    if (isRemoved(folder)) throw removedError(folder);
    for (const each of [session, ...others]) {
      each.record.status = 'completed';
      each.record.exitCode = exitCodeOf(each.record, NOTHING_CONCLUDED);
    }
    hooks.conclude?.(
      record,
      others.map((other) => other.record),
    );
  } catch (thrown) {
    for (const each of [session, ...others]) noteFailure(each, thrown);
  } finally {
    await server?.stop();
    for (const { launch, record } of [session, ...others]) {
      const queue = launch.env[QUEUE_URL_VARIABLE];
      if (queue !== undefined && queue !== 'embedded') await releaseQueue(queue, record.spec.runId);
    }
  }
  for (const other of others) await endVersion(other);
  record.finishedAt = new Date().toISOString();
  record.verdict = verdictOf(record);
  log.info({ status: record.status, exitCode: record.exitCode }, 'run ended');
  try {
    await save(session);
  } catch (thrown) {
    // The disk is full: the last saved run.json stays, and the error is reported.
    noteFailure(session, thrown);
    record.verdict = verdictOf(record);
  }
  log.close();
}

/** The record of another version is as whole as that of the run. */
async function endVersion({ record, folder, log }: Session): Promise<void> {
  record.finishedAt = new Date().toISOString();
  // If this fails, saving the run fails too, and that is reported.
  await folder.writeRecord(record).catch(() => {});
  log.close();
}

async function startServer(session: Session, request: ExperimentRequest): Promise<EmbeddedServer> {
  const { folder, hooks } = session;
  tell(session, { type: 'phase', phase: 'server', detail: null });
  return startEmbeddedServer({
    seed: request.seed,
    // The client asks for a close with each request where it wants one; the server follows.
    keepAlive: request.keepAlive,
    tls: request.tls,
    faults: request.fault,
    logFile: folder.path('logs', 'server.ndjson'),
    runId: folder.id,
    signal: hooks.signal,
  });
}

/** The session with its started server; the record gets its address and its ceiling. */
async function withServer(
  session: Session,
  server: EmbeddedServer,
  request: ExperimentRequest,
): Promise<Session> {
  const { record, folder, hooks } = session;
  server.onExit(({ code, signal, expected }) => {
    if (expected) return;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const message = `the embedded server ended ${how} during the run`;
    warn(session, { code: 'server-lost', message });
  });
  const { url, usage, injected, certificate } = server;
  record.server = { kind: 'embedded', url, ceiling: null, drift: null };
  const ca = certificate === null ? null : await folder.writeText('logs/server-certificate.pem', certificate);
  record.spec = withBaseUrl(record.spec, url, ca);
  // A probe of a server that fails says little, and its requests would meet the faults as well.
  if (request.fault.length === 0 && isWorthProbing(record.spec)) {
    record.server.ceiling = await probeCeiling(server, record.spec.workload.settings, hooks.signal);
  }
  if (request.fault.length > 0) record.reconciled = nothingReconciled();
  return { ...session, baseUrl: url, serverUsage: usage, injected: record.reconciled && injected };
}

function withSameServer(other: Session, { record, baseUrl, serverUsage, injected }: Session): Session {
  other.record.server = { ...record.server };
  other.record.spec = withBaseUrl(other.record.spec, baseUrl, record.spec.workload.settings.ca);
  if (injected !== null) other.record.reconciled = nothingReconciled();
  return { ...other, baseUrl, serverUsage, injected };
}

function warnOfUnchecked(session: Session): void {
  warn(session, { code: 'certificates-unchecked', message: 'any certificate of the server was accepted' });
}

function warnOfUnusedUrl(session: Session): void {
  const message = '--url was given, but the workload does not read settings.baseUrl';
  warn(session, { code: 'url-unused', message });
}

function noteFailure(session: Session, thrown: unknown): void {
  const { record, hooks, log } = session;
  if (hooks.signal.aborted) {
    record.status = 'aborted';
    record.exitCode = abortedExitCode(hooks.signal);
    // What was measured before is kept, and concluded from.
    if (record.verdict === null) {
      compareAndSummarise(record);
      record.warnings.push(...warningsOf(record));
    }
    return;
  }
  Object.assign(record, failedWith(isRemoved(session.folder) ? removedError(session.folder) : thrown));
  log.error({ err: thrown }, 'run failed');
}

/** Whether the run folder was removed (saving run.json would recreate it): its first file is gone. */
function isRemoved(folder: RunFolder): boolean {
  return !existsSync(folder.path(BUNDLE_PATH));
}

function removedError({ dir }: RunFolder): ThreadmillError {
  return new ThreadmillError('output-unwritable', `${dir} was removed during the run`, {
    advice: 'Run again, and leave the folder in place until the run has ended.',
  });
}

function titleOf(spec: RunSpec): string {
  const rate = spec.load.kind === 'open' ? ` · ${spec.load.rate} jobs/s` : '';
  return `${spec.workload.name} · ${spec.jobs} jobs${rate} · concurrency ${spec.concurrency} · ${spec.workers} worker threads`;
}
