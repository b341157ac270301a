import type { JobError } from './documents/run-record.ts';

/** What a kind of error is told by: the start of its message. */
const TELLING_LENGTH = 200;

/** The same text for errors of one outcome, status and code whose messages differ in numbers and hexadecimal ids only. */
export function errorKind({
  outcome,
  status,
  code,
  message,
}: Pick<JobError, 'outcome' | 'status' | 'code' | 'message'>): string {
  const shape = message
    .slice(0, TELLING_LENGTH)
    .replace(/0x[0-9a-f]+|[0-9a-f.-]+/gi, (run) => (/\d/.test(run) ? '#' : run));
  return `${outcome} ${status} ${code} ${shape}`;
}
