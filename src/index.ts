/**
 * What a workload file imports from `threadmill`. Loaded in every measured thread, so it imports nothing that
 * a job does not need.
 */
export type { WorkloadSettings } from './core/documents/spec.ts';
export {
  type ComputeWorkloadDefinition,
  defineWorkload,
  type WorkloadDefinition,
} from './workload/define-workload.ts';
export type {
  HttpMethod,
  HttpRequest,
  HttpWorkloadDefinition,
  RequestBody,
} from './workload/http-definition.ts';
export type { HttpResponse } from './workload/http-response.ts';
export { httpWorkload } from './workload/http-workload.ts';
export type { WorkloadExport } from './workload/load.ts';
export type { RetryOptions } from './workload/retry.ts';
export type { TlsOptions } from './workload/tls-options.ts';
export { type Job, type JobContext, type Workload, WorkloadError } from './workload/workload.ts';
