import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { threadmillVersion } from '../../core/package-versions.ts';
import { overlaps, usesWorkers, type VariantName } from '../../core/variants.ts';
import { readEnvironment } from './environment.ts';
import type { NodeLaunch } from './runner-process.ts';

const NODE_ANSWERS_MS = 10_000;

export async function newRecord(
  request: ExperimentRequest,
  spec: RunSpec,
  server: RunRecord['server'],
  launch: NodeLaunch,
): Promise<RunRecord> {
  return {
    schemaVersion: SCHEMA_VERSION,
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
    environment: { ...(await readEnvironment()), ...(await versionsOf(launch)) },
    git: null,
    spec,
    server,
    rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
    variants: spec.variants.map((name) => newVariant(name, spec)),
    aa: spec.aa ? { arm: newVariant(spec.variants[0]!, spec), comparison: null } : null,
    crossover: null,
    comparisons: [],
    machineLoad: { othersShare: null, stealShare: null },
    fairness: null,
    equivalence: { baseline: spec.variants[0]!, compared: 0, mismatches: 0, examples: [] },
    reconciled: null,
    sweep: request.sweep,
    against: null,
    comparedWith: null,
    gates: [],
    verdict: null,
    warnings: [],
    artifacts: [],
  };
}

/** Of the Node that runs the jobs. @throws ThreadmillError 'usage' where it is none, or too old */
export async function versionsOf({
  execPath,
}: NodeLaunch): Promise<Pick<RunRecord['environment'], 'node' | 'v8'>> {
  if (execPath === process.execPath) return { node: process.versions.node, v8: process.versions.v8 };
  const advice = 'Give --against-node the path of a Node binary, 20.18 or later.';
  const refused = (what: string) =>
    new ThreadmillError('usage', `--against-node ${execPath}: ${what}`, { advice });
  let printed: { node?: unknown; v8?: unknown };
  try {
    const { stdout } = await promisify(execFile)(execPath, ['-p', 'JSON.stringify(process.versions)'], {
      timeout: NODE_ANSWERS_MS,
    });
    printed = JSON.parse(stdout) as typeof printed;
  } catch (thrown) {
    throw refused(`it does not run as Node (${messageOf(thrown).split('\n')[0]})`);
  }
  const { node, v8 } = printed;
  if (typeof node !== 'string' || typeof v8 !== 'string') throw refused('it is not Node');
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 18)) throw refused(`it is Node ${node}`);
  return { node, v8 };
}

function newVariant(name: VariantName, spec: RunSpec): VariantRecord {
  return {
    name,
    threads: usesWorkers(name) ? spec.workers : 1,
    concurrency: overlaps(name) ? spec.concurrency : 1,
    startupMs: null,
    workerCost: null,
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
