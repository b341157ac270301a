import { isNodeInternal } from './category.ts';
import { isWithin, type PackagePath, packageOfPath, pathOfUrl, withoutTrailingSlash } from './frame-path.ts';

export interface DisplayPathOptions {
  /** Absolute folder that shown paths are relative to: the workload's project. */
  readonly displayRoot: string;
  /** Version of the package in this absolute folder; null if unknown. */
  readonly packageVersion?: (packageFolder: string) => string | null;
}

/** `src/jobs.ts` in the project, `piscina@5.3.2/dist/index.js`, `node:net`, else the absolute path; null: no script. */
export function displayPath(url: string, options: DisplayPathOptions): string | null {
  if (url === '') return null;
  if (isNodeInternal(url)) return url.startsWith('node:') ? url : `node:${url}`;
  const path = pathOfUrl(url);
  const dependency = packageOfPath(path ?? url);
  if (dependency !== null) return `${labelOf(dependency, options)}/${dependency.rest}`;
  if (path === null) return url;
  const root = withoutTrailingSlash(pathOfUrl(options.displayRoot) ?? options.displayRoot);
  return isWithin(path, root) && path !== root ? path.slice(root.length + 1) : path;
}

/** `piscina@5.3.2`, without the version if it is not known; null for what is no package's. */
export function packageLabel(url: string, options: DisplayPathOptions): string | null {
  const dependency = packageOfPath(pathOfUrl(url) ?? url);
  return dependency === null ? null : labelOf(dependency, options);
}

function labelOf({ name, folder }: PackagePath, { packageVersion }: DisplayPathOptions): string {
  const version = packageVersion?.(folder) ?? null;
  return version === null ? name : `${name}@${version}`;
}
