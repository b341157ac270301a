import type { RequestTrace } from '../engine/measurement/request-trace.ts';
import type { UserCode } from '../engine/measurement/user-code.ts';

/** What an executor tells of its jobs in a traced block. */
export interface JobTrace {
  readonly requests: RequestTrace;
  readonly code: UserCode;
}
