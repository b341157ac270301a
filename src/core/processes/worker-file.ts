import { fileURLToPath } from 'node:url';

/** A compiled entry point; also when this runs from source, because what is measured is plain JavaScript. */
export function workerFile(
  name: 'runner' | 'workload-inspector' | 'pool-worker' | 'pool-process' | 'queue-worker',
): string {
  const here = import.meta.url;
  const folder = here.endsWith('.ts') ? '../../../dist/workers/' : '../../../workers/';
  return fileURLToPath(new URL(`${folder}${name}.js`, here));
}
