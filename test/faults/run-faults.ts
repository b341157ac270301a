import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { EXIT } from '../../src/core/errors.ts';
import { usualVariants } from '../../src/core/variants.ts';
import { type SavedJob, savedJobs } from '../../src/store/saved-jobs.ts';
import { CliRun } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Fault, Transport } from './fault.ts';
import { FaultServer } from './fault-server.ts';
import { BUSY_MARGIN_MS, type Problem } from './injected.ts';
import { CALM } from './table.ts';

const TIMEOUT_MS = 2_500;

/** So that a connection gets several requests of one fault, and each thread of a pool some jobs. */
const CONCURRENCY = 2;
const WORKERS = 2;
const MAX_BODY_BYTES = 200_000;

/** Jobs that go to a server without a fault, beside the others. */
const CALM_JOBS = 4;
const CONNECTIONS_GONE_MS = 10_000;

/** Jobs that meet the fault in each round: enough to reuse connections; but a timeout takes long. */
function repeatOf(fault: Fault): number {
  if (fault === CALM) return CALM_JOBS;
  return fault.outcomes.every((outcome) => outcome === 'timeout') ? 2 : 6;
}

export interface FaultRun {
  /** What is not as the table has it; empty if all is well. */
  readonly problems: readonly Problem[];
  /** By how much the longest job exceeded the time limit, ms; negative for none. */
  readonly lateMs: number;
  readonly record: RunRecord;
  readonly run: CliRun;
}

/**
 * One run of the command line in which every variant meets these faults, beside jobs that meet none.
 *
 * @param transport below faults that have none of their own
 */
export async function runFaults(
  t: Pick<TestContext, 'after'>,
  faults: readonly Fault[],
  transport: Transport = 'tcp',
): Promise<FaultRun> {
  const all = [CALM, ...faults];
  const server = await FaultServer.start(all, transport);
  t.after(() => server.close());
  const authority = join(await temporaryFolder(t), 'authority.pem');
  await writeFile(authority, server.authority);
  const rounds = Math.max(...all.map((fault) => fault.rounds ?? 1));
  const run = await CliRun.start(
    t,
    `bench --url ${server.origins.get(CALM)} --workload faults.ts --timeout ${TIMEOUT_MS} --rounds ${rounds} ` +
      `--warmup 0 --concurrency ${CONCURRENCY} --workers ${WORKERS} --no-trace --variants ${usualVariants(false).join()}`,
    { files: { 'faults.ts': workloadOf(all, server.origins) }, env: { NODE_EXTRA_CA_CERTS: authority } },
  );
  const problems: Problem[] = [];
  const add = (kind: Problem['kind'], text: string) => problems.push({ kind, text });
  const exitCode = await run.ended;
  const exitCodes = exitCodesOf(faults);
  if (!exitCodes.includes(exitCode ?? -1)) {
    add('run', `exit code ${exitCode}, not ${exitCodes.join(' or ')}:\n${run.stderr}`);
  }
  const record = await run.record();
  for (const { name, state, lostReason } of record.variants) {
    if (state !== 'ready') add('run', `${name} was lost: ${lostReason}`);
  }
  const jobs = [...(await savedJobs(await run.folder(), record))];
  for (const { name: variant } of record.variants) {
    for (const fault of all) {
      const own = jobs.filter((job) => job.variant === variant && job.name === fault.name);
      const expected = repeatOf(fault) * rounds;
      if (own.length !== expected)
        add('unaccounted', `${fault.name}, ${variant}: ${own.length} of ${expected} jobs`);
      const unexpected = unexpectedOutcomes(fault, variant, own);
      if (unexpected !== null) add('outcome', unexpected);
    }
  }
  const lateMs = Math.max(
    ...jobs.map(({ startMs, endMs }) => (endMs ?? Number.POSITIVE_INFINITY) - (startMs ?? 0) - TIMEOUT_MS),
  );
  if (lateMs > BUSY_MARGIN_MS) add('late', `a job ended ${lateMs} ms after its time limit`);
  await run.leavesNothing().catch((thrown: Error) => add('left', thrown.message));
  if (!(await connectionsClose(server))) add('left', 'the server still has open connections');
  await server.close();
  return { problems, lateMs, record, run };
}

function exitCodesOf(faults: readonly Fault[]): readonly number[] {
  if (faults.some(({ outcomes }) => outcomes.some((outcome) => outcome !== 'ok'))) return [EXIT.jobsFailed];
  return faults.some(({ perhaps }) => perhaps !== undefined) ? [EXIT.ok, EXIT.jobsFailed] : [EXIT.ok];
}

function unexpectedOutcomes(fault: Fault, variant: string, jobs: readonly SavedJob[]): string | null {
  const ended = jobs.map(({ outcome }) => outcome);
  const allowed = [...fault.outcomes, ...(fault.perhaps ?? [])];
  const isExpected =
    fault.outcomes.every((outcome) => ended.includes(outcome)) &&
    ended.every((outcome) => allowed.includes(outcome));
  return isExpected ? null : `${fault.name}, ${variant}: ${ended.join(', ')}, not ${expectationOf(fault)}`;
}

/** `ok and stale-connection`, `ok or stale-connection`. */
export function expectationOf({ outcomes, perhaps = [] }: Fault): string {
  return [outcomes.join(' and '), ...perhaps].join(' or ');
}

function workloadOf(faults: readonly Fault[], origins: ReadonlyMap<Fault, string>): string {
  const requests = faults.map((fault) => {
    const { bodyBytes = 0, headers = {} } = fault.request ?? {};
    return {
      name: fault.name,
      baseUrl: origins.get(fault),
      path: `/${fault.name}`,
      headers,
      bodyBytes,
      repeat: repeatOf(fault),
    };
  });
  return `
    import { httpWorkload } from 'threadmill';
    const requests = ${JSON.stringify(requests)};
    export default httpWorkload({
      baseUrl: ${JSON.stringify(origins.get(CALM))},
      maxBodyBytes: ${MAX_BODY_BYTES},
      requests: requests.map(({ bodyBytes, ...request }) =>
        bodyBytes === 0 ? request : { ...request, method: 'POST', body: 'x'.repeat(bodyBytes) },
      ),
    });`;
}

async function connectionsClose(server: FaultServer): Promise<boolean> {
  const deadline = Date.now() + CONNECTIONS_GONE_MS;
  while ((await server.openConnections()) > 0) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
