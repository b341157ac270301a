import type { TestContext } from 'node:test';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { EXIT } from '../../src/core/errors.ts';
import { FAULT_NAMES, type FaultName, faultFacts } from '../../src/core/faults.ts';
import type { Outcome } from '../../src/core/outcomes.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { savedJobs } from '../../src/store/saved-jobs.ts';
import { CliRun } from '../support/cli.ts';

export const PROTOCOLS = {
  'HTTP/1.1': '',
  'HTTP/1.1 over TLS': '--tls --protocol h1',
  'HTTP/2': '--tls --protocol h2',
} as const;
export type Protocol = keyof typeof PROTOCOLS;

const TIMEOUT_MS = 2_000;

/** Each unanswered request takes the time limit, so there are few. */
function shareOf(fault: FaultName): string {
  if (faultFacts(fault).per === 'connection') return '3%';
  return faultFacts(fault).outcomes.includes('timeout') && fault !== 'latency' ? '2%' : '4%';
}

/** Every fault that the embedded server injects. */
export const EVERY_FAULT = FAULT_NAMES.map((name) => {
  const value = faultFacts(name).value?.unit === 'ms' ? ':20ms' : name === 'bandwidth' ? ':100kb' : '';
  return `${name}:${shareOf(name)}${value}`;
}).join(',');

interface InjectedOptions {
  readonly protocol: Protocol;
  readonly faults: string;
  readonly jobs: number;
  readonly variants: readonly VariantName[];
  readonly seed?: number;
}

/** By how much a job may exceed its time limit on a machine that others use, ms. */
export const BUSY_MARGIN_MS = 5_000;

export const PROBLEM_KINDS = {
  unaccounted: 'jobs or figures unaccounted for',
  outcome: 'outcomes that the fault does not have, or not in every variant',
  late: 'jobs later than their time limit allows',
  left: 'processes, files or connections left',
  run: 'runs that ended wrongly',
} as const;

export interface Problem {
  readonly kind: keyof typeof PROBLEM_KINDS;
  readonly text: string;
}

export interface InjectedRun {
  /** What is not as it should be; empty if all is well. */
  readonly problems: readonly Problem[];
  /** By how much the longest job exceeded the time limit, ms; negative for none. */
  readonly lateMs: number;
  readonly record: RunRecord;
}

const WORKLOAD = `
  import { httpWorkload } from 'threadmill';
  export default ({ baseUrl }) => httpWorkload({
    baseUrl,
    maxBodyBytes: 200_000,
    requests: [{ name: 'a', path: ({ position }) => '/api/users/' + position + '?latency=1', repeat: 10 }],
    process: ({ body }) => body.length,
  });`;

/** One run of the command line against the embedded server with faults: every job has one outcome, and it is the server's. */
export async function runInjected(
  t: Pick<TestContext, 'after'>,
  { protocol, faults, jobs, variants, seed = 1 }: InjectedOptions,
): Promise<InjectedRun> {
  const run = await CliRun.start(
    t,
    `bench --workload injected.mjs --jobs ${jobs} --fault ${faults} --variants ${variants.join()} --seed ${seed} ` +
      `--timeout ${TIMEOUT_MS}ms --rounds 1 --warmup 0 --no-trace --concurrency 8 --workers 2 ${PROTOCOLS[protocol]}`.trim(),
    { files: { 'injected.mjs': WORKLOAD } },
  );
  const problems: Problem[] = [];
  const add = (kind: Problem['kind'], text: string) => problems.push({ kind, text: `${protocol}${text}` });
  const exitCode = await run.ended;
  if (exitCode !== EXIT.ok) add('run', `: exit code ${exitCode}: ${run.stderr}`);
  const record = await run.record();
  const { reconciled } = record;
  if (reconciled === null || reconciled.defects > 0) {
    add('outcome', `: defects: ${JSON.stringify(reconciled?.examples)}`);
  }
  for (const { name, state, summary, trials } of record.variants) {
    if (state !== 'ready') add('run', `, ${name}: ${state}`);
    if (summary === null) add('unaccounted', `, ${name}: no figures`);
    const own = (reconciled?.jobs ?? []).filter(({ variant }) => variant === name);
    const ended = own.reduce((sum, cell) => sum + cell.jobs, 0);
    if (ended !== jobs || trials[0]?.outcomes['not-started'] !== 0) {
      add('unaccounted', `, ${name}: ${ended} of ${jobs} jobs are accounted for`);
    }
  }
  for (const difference of differences(record)) add('outcome', `: ${difference}`);
  let lateMs = -TIMEOUT_MS;
  for (const { startMs, endMs } of await savedJobs(await run.folder(), record)) {
    lateMs = Math.max(lateMs, (endMs ?? Number.POSITIVE_INFINITY) - (startMs ?? 0) - TIMEOUT_MS);
  }
  if (lateMs > BUSY_MARGIN_MS) add('late', `: a job ended ${lateMs} ms after its time limit`);
  await run.leavesNothing().catch((thrown: Error) => add('left', `: ${thrown.message}`));
  return { problems, lateMs, record };
}

/** A fault ends jobs in the ways of its table alone, in every variant. */
function differences({ reconciled }: RunRecord): string[] {
  return (reconciled?.jobs ?? []).flatMap(({ variant, fault, outcome }) => {
    if (fault === null || outcome === 'ok') return [];
    const { outcomes }: { readonly outcomes: readonly Outcome[] } = faultFacts(fault);
    return outcomes.includes(outcome) ? [] : [`${variant}: ${fault} ended jobs as ${outcome}`];
  });
}

/** How the jobs of each fault ended, in all variants. Both say that the connection ended before the response. */
export function endedBy({ reconciled }: RunRecord, fault: FaultName): Outcome[] {
  const cells = (reconciled?.jobs ?? []).filter((cell) => cell.fault === fault);
  return [...new Set(cells.map(({ outcome }) => outcome))].sort();
}
