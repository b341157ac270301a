import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { together } from '../../analysis/warnings/finding.ts';
import { CAPTURE_NAMES, type CaptureName } from '../../core/captures.ts';
import type { RunOnceOptions } from '../../core/documents/run-once.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { workerFile } from '../../core/processes/worker-file.ts';
import { redactText } from '../../core/redaction.ts';
import type { VariantName } from '../../core/variants.ts';
import { type WarningDraft, warningOf } from '../../core/warnings.ts';
import { BASE_URL_VARIABLE } from '../../runner/runner-options.ts';
import type { CaptureContext } from '../captures/capture.ts';
import { CAPTURES } from '../captures/registry.ts';
import { Turns } from '../captures/spawn-tool.ts';
import { throwIfAborted } from './abort.ts';
import { type Session, save, tell } from './session.ts';

/** Time besides the load itself: a profiler's final work can take longer than the load. */
const CAPTURE_LIMIT_MS = 180_000;

/** Four times the samples show half the difference. */
const LOAD_TIMES_OF_VERSIONS = 4;

interface Planned {
  /** Those of two versions are taken together. */
  readonly sessions: readonly Session[];
  readonly variant: VariantName;
  readonly capture: CaptureName;
}

/**
 * The profiled half of a run: one capture after another, each variant in turn; the runners of two versions take turns.
 * A failed one stops no other.
 */
export async function takeCaptures(
  sessions: readonly [Session, ...Session[]],
  chosen: readonly CaptureName[],
): Promise<void> {
  const planned = planCaptures(sessions, chosen);
  if (planned.length === 0) return;
  tell(sessions[0], { type: 'phase', phase: 'captures', detail: null });
  const startedAt = performance.now();
  const taken = new Map(
    sessions.map((each) => [each, { done: new Set<string>(), unseen: new Map<VariantName, number>() }]),
  );
  for (const [index, { sessions: versions, variant, capture }] of planned.entries()) {
    throwIfAborted(sessions[0].hooks.signal);
    const each = index === 0 ? null : (performance.now() - startedAt) / index;
    tell(sessions[0], {
      type: 'capture',
      variant,
      capture,
      index,
      total: planned.length,
      remainingMs: each === null ? null : each * (planned.length - index),
    });
    const turns = versions.length > 1 ? new Turns() : undefined;
    const ended = await Promise.allSettled(
      versions.map(async (session) => {
        const { done, unseen } = taken.get(session)!;
        const unavailable = await takeOne(session, variant, capture, done, unseen, turns);
        tell(session, { type: 'capture-done', variant, capture, unavailable });
        await save(session);
      }),
    );
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  }
  for (const [{ record }, { unseen }] of taken) record.warnings.push(...threadsUnseen(unseen).map(warningOf));
}

function threadsUnseen(unseen: ReadonlyMap<VariantName, number>): WarningDraft[] {
  const findings = [...unseen].map(([variant, threads]) => ({ variant, text: String(threads) }));
  return together(findings, {
    code: 'threads-unseen',
    message: (found) => `worker threads that the workload starts itself were not profiled: ${found}`,
  });
}

/** In registry order, with what a chosen one needs put before it. */
function planCaptures(sessions: readonly Session[], chosen: readonly CaptureName[]): Planned[] {
  const wanted = new Set(chosen.flatMap((name) => [name, CAPTURES[name].needs]));
  const captures = CAPTURE_NAMES.filter((name) => wanted.has(name));
  const variants = sessions[0]?.record.variants ?? [];
  return variants.flatMap(({ name }) =>
    captures
      .map((capture) => ({
        // Jobs that all fail are no load to profile.
        sessions: sessions.filter(({ record }) =>
          record.variants.some((each) => each.name === name && each.state !== 'failed'),
        ),
        variant: name,
        capture,
      }))
      .filter((planned) => planned.sessions.length > 0),
  );
}

/** Null if it worked, else the reason; the record has it either way. Rejects only when the run is stopped. */
async function takeOne(
  session: Session,
  variant: VariantName,
  capture: CaptureName,
  done: Set<string>,
  unseen: Map<VariantName, number>,
  turns: Turns | undefined,
): Promise<string | null> {
  const { record, folder, hooks, log } = session;
  const refuse = (reason: string, advice: string | null): string => {
    record.artifacts.push({ variant, capture, unavailable: reason, advice });
    log.warn({ variant, capture, reason }, 'capture unavailable');
    return reason;
  };
  const { needs } = CAPTURES[capture];
  if (needs !== undefined && !done.has(`${variant}/${needs}`)) {
    return refuse(`it is made from the capture '${needs}', which failed`, null);
  }

  const scratch = await mkdtemp(join(session.scratch, 'capture-'));
  const within = `${variant}/${capture}`;
  try {
    const destination = await folder.makeFolder(within);
    const result = await CAPTURES[capture].capture(
      contextOf(session, variant, capture, scratch, destination, done, turns),
    );
    const { unseenThreads = 0 } = result;
    if (unseenThreads > 0) unseen.set(variant, Math.max(unseen.get(variant) ?? 0, unseenThreads));
    // What is made of profiles shows no more than they do.
    const isPartial = record.artifacts.some(
      (each) =>
        each.variant === variant && each.capture === needs && 'threads' in each && each.threads === 'some',
    );
    for (const { title, file, threads, caveat } of result.files) {
      record.artifacts.push({
        variant,
        capture,
        title,
        path: `${within}/${file}`,
        threads: threads === 'all' && isPartial ? 'some' : threads,
        loadMs: result.loadMs,
        repeats: result.repeats,
        caveat,
      });
    }
    done.add(within);
    log.info({ variant, capture, loadMs: result.loadMs, repeats: result.repeats }, 'captured');
    return null;
  } catch (thrown) {
    await folder.removeFolder(within);
    if (hooks.signal.aborted) throw thrown;
    const advice = thrown instanceof ThreadmillError ? (thrown.advice ?? null) : null;
    if (thrown instanceof ThreadmillError && thrown.code === 'output-full') throw thrown;
    return refuse(redactText(messageOf(thrown)), advice);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

function contextOf(
  session: Session,
  variant: VariantName,
  capture: CaptureName,
  scratch: string,
  destination: string,
  done: ReadonlySet<string>,
  turns: Turns | undefined,
): CaptureContext {
  const { folder, hooks, log, baseUrl } = session;
  return {
    capture,
    variant,
    destination,
    scratch,
    displayRoot: session.displayRoot,
    runnerArguments: (options) => runnerArguments(session, variant, capture, options),
    environment: { ...process.env, ...session.launch.env, [BASE_URL_VARIABLE]: baseUrl },
    execPath: session.launch.execPath,
    loadTimes: session.record.against === null && session.version === null ? 1 : LOAD_TIMES_OF_VERSIONS,
    turns,
    timeoutMs: turns === undefined ? CAPTURE_LIMIT_MS : 2 * CAPTURE_LIMIT_MS,
    signal: hooks.signal,
    earlier: (name) => (done.has(`${variant}/${name}`) ? folder.path(variant, name) : null),
    log: (message, data = {}) => log.info({ variant, capture, ...data }, message),
  };
}

function runnerArguments(
  session: Session,
  variant: VariantName,
  capture: CaptureName,
  options: RunOnceOptions,
): string[] {
  const { folder, record } = session;
  const given = (flag: string, value: string | number | undefined) =>
    value === undefined ? [] : [flag, String(value)];
  return [
    workerFile('runner'),
    ...['--once', '--spec', folder.path('spec.json'), '--variant', variant],
    ...['--min-load-ms', String(options.minLoadMs), '--result', options.resultFile],
    ...['--log', folder.path('logs', `capture-${variant}-${capture}.ndjson`)],
    ...given('--profile-dir', options.profileDir),
    // It is traced, which a run may have been asked to leave out.
    ...given('--timeline-dir', record.spec.trace ? options.timelineDir : undefined),
    ...given('--sampling-interval-us', options.samplingIntervalUs),
    ...given('--heap-dir', options.heapDir),
    ...given('--heap-interval-bytes', options.heapIntervalBytes),
  ];
}
