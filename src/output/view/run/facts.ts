import { availableCpusText } from '../../../core/available-cpus.ts';
import { cleanText, LONG_TEXT } from '../../../core/clean-text.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import { type RunSpec, specValue } from '../../../core/documents/spec.ts';
import {
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
} from '../../../core/format.ts';
import { loadText } from '../../../core/labels.ts';
import { OPTION_NAMES, type OptionName, optionOf, optionText } from '../../../core/options.ts';
import { redactArguments } from '../../../core/redaction.ts';
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
  const servers = { embedded: 'embedded', external: 'your own', none: 'none' };
  const captures = [...new Set(record.artifacts.map(({ capture }) => capture))];
  return cleanFacts([
    ['Workload', `${spec.workload.name} (${spec.workload.source})`],
    ['Server', server.url === null ? servers[server.kind] : `${servers[server.kind]}, ${server.url}`],
    ['Server’s ceiling', ceilingText(record)],
    ['Load', loadText(spec.load)],
    ['Captures', captures.length === 0 ? 'none' : captures.join(', ')],
    ...optionTexts((name) => specValue(spec, name), { jobs: jobsText(spec), rounds: roundsText(record) }),
  ]);
}

/** Each option that has a label, with its value. @param texts for options whose value alone is not clear */
export function optionTexts(
  valueFor: (name: OptionName) => unknown,
  texts: Partial<Record<OptionName, string>>,
): [string, string][] {
  return OPTION_NAMES.flatMap((name): [string, string][] => {
    const { label } = optionOf(name);
    const value = valueFor(name);
    const text = texts[name] ?? (value === undefined ? null : optionText(name, value));
    return label === null || text === null ? [] : [[label, text]];
  });
}

export function repeatSteps(record: RunRecord): RepeatStep[] {
  return [
    { purpose: 'The command of this run', command: cleanText(record.commandLine, LONG_TEXT) },
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
    : `about ${formatCount(Number(ceiling.requestsPerSecond.toPrecision(2)))} requests/s`;
}

function jobsText({ jobs, workload }: RunSpec): string {
  return workload.items === jobs
    ? formatCount(jobs)
    : `${formatCount(jobs)}, of ${formatPlural(workload.items, 'item')}`;
}

function roundsText({ spec, rounds }: RunRecord): string {
  if (spec.rounds !== null) return formatCount(spec.rounds);
  return `${formatCount(rounds.completed)} (${goalText(spec)})`;
}

/** What ends the rounds of a run that has no number of them. */
export function goalText({ precision, maxTimeMs }: Pick<RunSpec, 'precision' | 'maxTimeMs'>): string {
  return `until ${optionText('precision', precision)} or ${formatMs(maxTimeMs)}`;
}

function cleanFacts(facts: readonly (readonly [string, string])[]): Fact[] {
  return facts.map(([label, value]) => ({ label, value: cleanText(value) }));
}
