import type { WorkloadSettings } from '../core/documents/spec.ts';
import { messageOf } from '../core/errors.ts';
import { isWorkload, type Workload, WorkloadError } from './workload.ts';

/** What a workload file exports by default: a workload, or a function of the settings that makes one. */
export type WorkloadExport = Workload | ((settings: WorkloadSettings) => Workload | Promise<Workload>);

/** Loads a bundled workload. @throws WorkloadError for a wrong export; else whatever the module throws */
export async function loadWorkload(bundleUrl: string, settings: WorkloadSettings): Promise<Workload> {
  const module: { default?: unknown } = await import(bundleUrl);
  // A CommonJS file that esbuild wrapped has its exports under `default`, perhaps with a `default` of its own.
  let exported = module.default;
  if (typeof exported === 'object' && exported !== null && !isWorkload(exported) && 'default' in exported) {
    exported = exported.default;
  }
  if (exported === undefined) {
    throw new WorkloadError('the file has no default export');
  }
  const workload = typeof exported === 'function' ? await exported(settings) : exported;
  if (!isWorkload(workload)) {
    const what =
      typeof exported === 'function' ? 'the function it exports returned' : 'its default export is';
    throw new WorkloadError(`${what} ${describe(workload)}, not a workload`);
  }
  return workload;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object')
    return `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'no keys'}`;
  return typeof value === 'undefined' ? 'nothing' : `a ${typeof value} (${messageOf(value).slice(0, 40)})`;
}
