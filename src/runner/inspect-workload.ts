import type { WorkloadSettings } from '../core/documents/spec.ts';
import { type ErrorData, toErrorData } from '../core/errors.ts';
import type { ItemNames } from '../core/item-names.ts';
import {
  redactError,
  redactText,
  rememberEnvironmentSecrets,
  rememberUrlSecrets,
} from '../core/redaction.ts';
import { calibrateIterationsPerMs } from '../workload/calibrate.ts';
import { collectItemNames } from '../workload/item-names.ts';
import { loadWorkload } from '../workload/load.ts';
import type { Workload } from '../workload/workload.ts';

export interface InspectRequest {
  readonly bundleUrl: string;
  readonly settings: WorkloadSettings;
}

export interface WorkloadFacts {
  readonly name: string;
  readonly items: number;
  /** Null if they are too many to keep. */
  readonly itemNames: ItemNames | null;
  readonly origin: string | null;
  readonly certificates: Workload['certificates'];
  readonly client: Workload['client'];
  readonly attempts: Workload['attempts'];
  readonly hasCpuPart: boolean;
  readonly hasInputs: boolean;
  /** Whether it looked at `settings.baseUrl`: then it wants a server from us. */
  readonly usesBaseUrl: boolean;
  /** Names of all settings that it looked at while it was loaded; some may be read later. */
  readonly settingsRead: readonly string[];
  readonly cpuIterationsPerMs: number;
}

export type InspectReply =
  | { readonly type: 'facts'; readonly facts: WorkloadFacts }
  | { readonly type: 'failed'; readonly error: ErrorData };

/** Loads a workload in a process of its own, where it may throw, exit or hang, and tells what it is. */
export async function inspectWorkload(request: InspectRequest): Promise<InspectReply> {
  try {
    const read = new Set<string>();
    rememberEnvironmentSecrets(process.env);
    rememberUrlSecrets(request.settings.baseUrl);
    const settings = new Proxy(request.settings, {
      get(target, key, receiver) {
        if (typeof key === 'string' && Object.hasOwn(target, key)) read.add(key);
        return Reflect.get(target, key, receiver);
      },
    });
    const workload = await loadWorkload(request.bundleUrl, settings);
    const items = workload.itemCount;
    return {
      type: 'facts',
      facts: {
        name: redactText(workload.name),
        items,
        itemNames: collectItemNames(items, (item) => workload.itemName(item)),
        origin: workload.origin,
        certificates: workload.certificates,
        // Of an earlier version: it may have been bundled with the workload.
        client: workload.client ?? null,
        attempts: workload.attempts ?? null,
        hasCpuPart: workload.openCompute !== null,
        hasInputs: workload.inputs !== null,
        usesBaseUrl: read.has('baseUrl'),
        settingsRead: [...read].sort(),
        cpuIterationsPerMs: request.settings.cpuMs > 0 ? calibrateIterationsPerMs() : 0,
      },
    };
  } catch (thrown) {
    return { type: 'failed', error: redactError(toErrorData(thrown)) };
  }
}
