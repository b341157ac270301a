import { noOutcomes } from '../types/outcomes.ts';
import type { ExperimentRequest } from '../types/request.ts';
import type { BlockRecord, RunRecord, VariantRecord } from '../types/run-record.ts';
import type { RunSpec } from '../types/spec.ts';
import type { VariantName } from '../types/variant-names.ts';
import { readEnvironment, threadmillVersion } from './environment.ts';

/** A run's record before anything has happened. */
export async function newRecord(
  request: ExperimentRequest,
  spec: RunSpec,
  server: RunRecord['server'],
): Promise<RunRecord> {
  return {
    schemaVersion: 1,
    id: spec.runId,
    threadmill: threadmillVersion(),
    command: request.command,
    commandLine: request.commandLine,
    out: request.out,
    createdAt: new Date().toISOString(),
    finishedAt: null,
    status: 'running',
    pid: process.pid,
    exitCode: null,
    failure: null,
    environment: await readEnvironment(),
    spec,
    server,
    rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
    variants: spec.variants.map((name) => newVariant(name, spec)),
    check: spec.check ? { arm: newVariant(spec.variants[0]!, spec), comparison: null } : null,
    crossover: null,
    comparisons: [],
    machineLoad: { othersShare: null, stealShare: null },
    equivalence: { baseline: spec.variants[0]!, compared: 0, mismatches: 0, examples: [] },
    sweep: request.sweep,
    comparedWith: null,
    gates: [],
    warnings: [],
    artefacts: [],
  };
}

function newVariant(name: VariantName, spec: RunSpec): VariantRecord {
  return {
    name,
    threads: name.startsWith('worker-pool') ? spec.workers : 1,
    concurrency: name === 'sequential' ? 1 : spec.concurrency,
    startupMs: null,
    processStartMs: null,
    state: 'pending',
    lostReason: null,
    warmups: [],
    blocks: [],
    outliers: [],
    trace: null,
    summary: null,
    summaryWithFailures: null,
    byName: [],
  };
}

/**
 * The record of a block whose runner died without a word. Its rows died with it, so no job of it is known to
 * have ended in any other way than with the runner: the outcomes still add up to the plan.
 *
 * @param outcome 'aborted' if the runner was made to end, 'not-started' if it was gone before the block.
 */
export function lostBlock(
  place: { round: number; order: number },
  jobs: number,
  reason: string,
  outcome: 'worker-crashed' | 'aborted' | 'not-started' = 'worker-crashed',
): BlockRecord {
  return {
    ...place,
    wallMs: null,
    outcomes: { ...noOutcomes(), [outcome]: jobs },
    bytes: 0,
    latencyMs: { p50: null, p90: null, p99: null, p999: null, max: null },
    open: null,
    inFlight: null,
    longestGapMs: null,
    cpuUserMs: null,
    cpuSystemMs: null,
    peakRssBytes: null,
    threads: [],
    nativeThreads: null,
    machine: null,
    throttling: null,
    server: null,
    connectionsOpened: null,
    errors: [],
    lost: reason,
  };
}
