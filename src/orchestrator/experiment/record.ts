import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { overlaps, usesWorkers, type VariantName } from '../../core/variants.ts';
import { readEnvironment, threadmillVersion } from './environment.ts';

/** A run's record before anything has happened. */
export async function newRecord(
  request: ExperimentRequest,
  spec: RunSpec,
  server: RunRecord['server'],
): Promise<RunRecord> {
  return {
    schemaVersion: 2,
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
    aa: spec.aa ? { arm: newVariant(spec.variants[0]!, spec), comparison: null } : null,
    crossover: null,
    comparisons: [],
    machineLoad: { othersShare: null, stealShare: null },
    equivalence: { baseline: spec.variants[0]!, compared: 0, mismatches: 0, examples: [] },
    sweep: request.sweep,
    comparedWith: null,
    gates: [],
    verdict: null,
    warnings: [],
    artifacts: [],
  };
}

function newVariant(name: VariantName, spec: RunSpec): VariantRecord {
  return {
    name,
    threads: usesWorkers(name) ? spec.workers : 1,
    concurrency: overlaps(name) ? spec.concurrency : 1,
    startupMs: null,
    processStartMs: null,
    state: 'pending',
    lostReason: null,
    warmups: [],
    trials: [],
    outliers: [],
    trace: null,
    summary: null,
    summaryWithFailures: null,
    byName: [],
  };
}
