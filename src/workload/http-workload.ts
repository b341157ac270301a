import { CLIENT_NAMES } from '../core/clients.ts';
import { HTTP_PROTOCOLS } from '../core/protocols.ts';
import { HttpCompute } from './http-compute.ts';
import type { HttpWorkloadDefinition } from './http-definition.ts';
import { HttpExecutor } from './http-executor.ts';
import { type CompiledRequest, compileRequest, requestText } from './http-request.ts';
import { checkRetry } from './retry.ts';
import { checkTls } from './tls-options.ts';
import {
  brandWorkload,
  checkFunctions,
  checkSpelling,
  MAX_ITEMS,
  type Workload,
  WorkloadError,
} from './workload.ts';

const FIELDS = [
  'name',
  'baseUrl',
  'headers',
  'requests',
  'process',
  'digest',
  'accept',
  'tls',
  'protocol',
  'client',
  'retry',
  'maxBodyBytes',
];

const DEFAULT_MAX_BODY_BYTES = 33_554_432;

/** HTTP requests as a workload. Throws WorkloadError, naming the field, if the definition can't be run. */
export function httpWorkload<Result = unknown>(definition: HttpWorkloadDefinition<Result>): Workload {
  if (typeof definition !== 'object' || definition === null) {
    throw new WorkloadError('httpWorkload takes an object with baseUrl and requests');
  }
  checkSpelling('httpWorkload', definition, FIELDS);
  const { requests, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = definition;
  if (!Array.isArray(requests)) throw new WorkloadError('httpWorkload: `requests` must be an array');
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw new WorkloadError('httpWorkload: `maxBodyBytes` must be a whole number of at least 1');
  }
  const { name = 'http' } = definition;
  if (typeof name !== 'string' || name === '') {
    throw new WorkloadError('httpWorkload: `name` must be a non-empty string');
  }
  const { protocol = 'h1' } = definition;
  if (!HTTP_PROTOCOLS.includes(protocol)) {
    throw new WorkloadError(`httpWorkload: \`protocol\` must be one of ${HTTP_PROTOCOLS.join(', ')}`);
  }
  const { client = null } = definition;
  if (client !== null && !CLIENT_NAMES.includes(client)) {
    throw new WorkloadError(`httpWorkload: \`client\` must be one of ${CLIENT_NAMES.join(', ')}`);
  }
  const tls = checkTls(definition.tls);
  const retry = checkRetry(definition.retry);
  checkFunctions('httpWorkload', definition, ['process', 'digest', 'accept']);
  const compiled = requests.map((request, index) => compileRequest(request, index, definition));
  const items = expand(compiled);
  const process = definition.process?.bind(definition) ?? null;
  const digest = (definition.digest?.bind(definition) as HttpWorkloadDefinition['digest']) ?? null;
  return brandWorkload({
    name,
    itemCount: items.length,
    origin: compiled[0]?.origin ?? null,
    certificates:
      tls.rejectUnauthorized === false ? 'unchecked' : Object.keys(tls).length === 0 ? 'node' : 'own',
    client,
    attempts: retry?.attempts ?? null,
    itemName: (index: number) => compiled[items[index] ?? -1]?.name ?? '?',
    itemInput: (index: number, madePath: string | null) => {
      const request = compiled[items[index] ?? -1];
      return request === undefined ? null : requestText(request, madePath);
    },
    open: (context) =>
      HttpExecutor.open({
        requests: compiled,
        items,
        context,
        maxBodyBytes,
        protocol: context.protocol ?? protocol,
        tls,
        retry: context.retry == null ? retry : { ...retry, attempts: context.retry },
        process,
        digest,
        accept: definition.accept?.bind(definition) ?? isSuccess,
      }),
    // Requests: functions among them, and known to every thread.
    inputs: null,
    openCompute:
      process === null ? null : async () => new HttpCompute({ requests: compiled, items, process, digest }),
  });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

/** Index of the request for each item. They take turns, so that a short plan has each of them. */
function expand(requests: readonly CompiledRequest[]): Uint32Array {
  const total = requests.reduce((sum, request) => sum + request.repeat, 0);
  if (total > MAX_ITEMS) throw new WorkloadError(`httpWorkload: ${total} jobs are more than ${MAX_ITEMS}`);
  const items = new Uint32Array(total);
  let at = 0;
  for (let turn = 0; at < total; turn++) {
    requests.forEach((request, index) => {
      if (turn < request.repeat) items[at++] = index;
    });
  }
  return items;
}
