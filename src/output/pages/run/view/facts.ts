import { availableCpusText } from '../../../../core/available-cpus.ts';
import { cleanText } from '../../../../core/clean-text.ts';
import type { RunRecord } from '../../../../core/documents/run-record.ts';
import type { RunSpec } from '../../../../core/documents/spec.ts';
import {
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
} from '../../../../core/format.ts';
import { redactArguments } from '../../../../core/redaction.ts';
import type { Fact, RepeatStep } from './model.ts';
import { runArgument } from './run-argument.ts';

export function environmentFacts({
  environment,
  threadmill,
}: Pick<RunRecord, 'environment' | 'threadmill'>): Fact[] {
  const packages = Object.entries(environment.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return cleanFacts([
    ['Threadmill', threadmill],
    ['Node.js', `${environment.node} (V8 ${environment.v8})`],
    ['System', `${environment.platform} ${environment.release}, ${environment.arch}`],
    ['CPU', `${environment.cpuModel}, ${formatCount(environment.cpus)} logical`],
    ['CPUs available', availableCpusText(environment)],
    ['Memory', formatBytes(environment.memoryBytes)],
    ['Load average at the start', environment.loadAverage.toFixed(2)],
    ['CPU used by other programs', formatShare(environment.backgroundLoad)],
    ['Clock', `${environment.clock}, steps of ${formatNumber(environment.clockResolutionNs)} ns`],
    ['Packages', packages.map(([name, version]) => `${name} ${version}`).join(', ')],
  ]);
}

export function optionFacts(record: RunRecord): Fact[] {
  const { spec, server } = record;
  const { settings } = spec.workload;
  const servers = { embedded: 'embedded', external: 'your own', none: 'none' };
  const captures = [...new Set(record.artifacts.map(({ capture }) => capture))];
  return cleanFacts([
    ['Workload', `${spec.workload.name} (${spec.workload.source})`],
    ['Server', server.url === null ? servers[server.kind] : `${servers[server.kind]}, ${server.url}`],
    ['Server’s ceiling', ceilingText(record)],
    ['Jobs in the plan', jobsText(spec)],
    ['Concurrency', formatCount(spec.concurrency)],
    ['Worker threads', formatCount(spec.workers)],
    ['Variants', spec.variants.join(', ')],
    ['Rounds, after warm-ups', `${roundsText(record)}, after ${formatCount(spec.warmup)}`],
    ['Load', loadText(spec.load)],
    ['A/A arm', spec.aa ? 'the baseline ran twice (--aa)' : 'none'],
    ['Traced pass', spec.trace ? 'after the rounds' : 'left out (--no-trace)'],
    ['Captures', captures.length === 0 ? 'none' : captures.join(', ')],
    ['Seed', String(spec.seed)],
    ['Timeout of a job', formatMs(spec.timeoutMs)],
    ['Latency', settings.latencyMs === null ? "each API's own" : formatMs(settings.latencyMs)],
    [
      'Jitter',
      settings.jitter === 0 ? 'none' : `${formatNumber(settings.jitter)} (coefficient of variation)`,
    ],
    ['CPU work on each response', settings.cpuMs === 0 ? 'none' : formatMs(settings.cpuMs)],
    ['Payload', settings.payloadBytes === null ? "each API's own" : formatBytes(settings.payloadBytes)],
    ['Connections', settings.keepAlive ? 'kept alive' : 'a new one for each request'],
  ]);
}

export function repeatSteps(record: RunRecord): RepeatStep[] {
  return [
    { purpose: 'The command of this run', command: cleanText(record.commandLine, 2_000) },
    {
      purpose: 'Draw this report again from the run folder',
      command: `threadmill ${redactArguments(['report', runArgument(record)])}`,
    },
  ];
}

/** Only the embedded server's is known. */
function ceilingText({ server: { ceiling } }: RunRecord): string {
  return ceiling === null
    ? 'not known'
    : `about ${formatCount(Number(ceiling.requestsPerSecond.toPrecision(2)))} requests a second`;
}

function jobsText({ jobs, workload }: RunSpec): string {
  return workload.items === jobs
    ? formatCount(jobs)
    : `${formatCount(jobs)}, of ${formatPlural(workload.items, 'item')}`;
}

function loadText(load: RunSpec['load']): string {
  if (load.kind === 'open') return `${formatNumber(load.rate)} jobs a second, ${load.arrivals} arrivals`;
  const most = load.rateLimit === null ? '' : `, at most ${formatNumber(load.rateLimit)} jobs a second`;
  return `closed loop${most}`;
}

function roundsText({ spec, rounds }: RunRecord): string {
  if (spec.rounds !== null) return formatCount(spec.rounds);
  const goal = `until ±${formatNumber(spec.precision * 100)}% or ${formatMs(spec.maxTimeMs)}`;
  return `${formatCount(rounds.completed)} (${goal})`;
}

function cleanFacts(facts: readonly (readonly [string, string])[]): Fact[] {
  return facts.map(([label, value]) => ({ label, value: cleanText(value) }));
}
