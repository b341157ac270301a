import type { RequestTrace } from './request-trace.ts';
import type { UserCode } from './user-code.ts';

/** What an executor tells of its jobs in a traced block. */
export interface JobTrace {
  readonly requests: RequestTrace;
  readonly code: UserCode;
}
