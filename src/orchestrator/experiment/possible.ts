import { constants } from 'node:buffer';
import { totalmem } from 'node:os';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { mustCloseIdle, readMachineLimits } from './connection-limits.ts';
import type { Prepared } from './prepare.ts';

/** A body may exceed its payload by this: the name of the request before it. */
const HEAD_BYTES = 4_096;

/**
 * Refuses what can only fail, before anything starts.
 * @param concurrency the most of a sweep
 * @returns whether idle connections are closed, see `mustCloseIdle`
 * @throws {ThreadmillError} 'limit-reached'
 */
export function checkPossible(
  {
    workloadFile,
    payloadBytes,
    against,
  }: Pick<ExperimentRequest, 'workloadFile' | 'payloadBytes' | 'against'>,
  { facts, spec }: Pick<Prepared, 'facts' | 'spec'>,
  embedded: boolean,
  { concurrency, workers }: Pick<RunSpec, 'concurrency' | 'workers'> = spec,
): boolean {
  if (workloadFile === null && payloadBytes !== null) checkPayload(payloadBytes, concurrency);
  // Only `httpWorkload` says where it sends its requests, and has a connection for each job in flight.
  if (facts.origin === null) return false;
  const { keepAlive } = spec.workload.settings;
  const versions = against === null ? 1 : 3;
  return mustCloseIdle({ ...spec, concurrency, workers, versions, keepAlive, embedded }, readMachineLimits());
}

/** The built-in workload parses each response, and holds one for each job in flight. */
export function checkPayload(
  payloadBytes: number,
  concurrency: number,
  memoryBytes = availableMemory(),
): void {
  const longest = constants.MAX_STRING_LENGTH - HEAD_BYTES;
  if (payloadBytes > longest) {
    throw new ThreadmillError(
      'limit-reached',
      `--payload ${megabytes(payloadBytes)}: the built-in workload parses each response as text, of which V8 holds ${megabytes(longest)} at most`,
      { advice: 'Give a smaller --payload, or a workload of your own that only counts the bytes.' },
    );
  }
  if (payloadBytes * concurrency > memoryBytes) {
    throw new ThreadmillError(
      'limit-reached',
      `--payload ${megabytes(payloadBytes)}: ${concurrency} concurrent responses take ${megabytes(payloadBytes * concurrency)}, and this machine has ${megabytes(memoryBytes)} of memory`,
      { advice: 'Give a smaller --payload, or a lower --concurrency.' },
    );
  }
}

/** Of this machine, or of the container, bytes. */
function availableMemory(): number {
  // 0 or a huge number where there is no limit.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6).toLocaleString('en-US')} MB`;
}
