import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of Threadmill's own package: this file lies in src/ or in dist/src/, so it is looked for. */
export const THREADMILL_ROOT: string = (() => {
  const start = dirname(fileURLToPath(import.meta.url));
  let folder = start;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return start;
    folder = above;
  }
  return folder.replaceAll('\\', '/');
})();
