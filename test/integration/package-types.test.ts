import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a person writes who has installed the package; the last lines are mistakes. */
const WORKLOAD = `
import { defineWorkload, httpWorkload, type HttpResponse, type WorkloadExport, type WorkloadSettings } from 'threadmill';

export const custom = defineWorkload({
  name: 'custom',
  jobs: [{ name: 'a', size: 1 }],
  run: async (job, { signal }) => (signal.aborted ? 0 : job.input.size),
  digest: (size) => size.toFixed(),
});

const workload: WorkloadExport = (settings: WorkloadSettings) =>
  httpWorkload({
    baseUrl: settings.baseUrl,
    requests: [{ name: 'a', method: 'POST', path: (job) => \`/\${job.position}\`, body: { a: 1 } }],
    process: (response: HttpResponse) => response.json<{ items: string[] }>().items,
    digest: (_, items) => items.length,
  });
export default workload;

// @ts-expect-error there is no such method
httpWorkload({ baseUrl: '', requests: [{ name: 'a', method: 'FETCH', path: '/' }] });
// @ts-expect-error a name is text
defineWorkload({ name: 1, jobs: 2, run: () => 1 });
// @ts-expect-error there is no such setting
export const wrong = (settings: WorkloadSettings) => settings.nothing;
`;

/** Folders of the packages that `npm install threadmill` brings, `node_modules/zod` for one. */
async function installedPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const topLevel = /^node_modules\/(?:@[^/]+\/)?[^/]+$/;
  return Object.entries(lock.packages).flatMap(([folder, { dev }]) =>
    topLevel.test(folder) && dev !== true && existsSync(join(ROOT, folder)) ? [folder] : [],
  );
}

/** An empty project in which the packed package is installed, with what it depends on and nothing else. */
async function projectWithThreadmill(t: TestContext): Promise<string> {
  const dir = await temporaryFolder(t);
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(packed.status, 0, packed.stderr);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  const installed = join(dir, 'node_modules', 'threadmill');
  await mkdir(installed, { recursive: true });
  const untarred = spawnSync('tar', ['-xzf', join(dir, filename), '-C', installed, '--strip-components=1']);
  assert.equal(untarred.status, 0, String(untarred.stderr));
  for (const folder of await installedPackages()) {
    await mkdir(join(dir, folder, '..'), { recursive: true });
    await symlink(join(ROOT, folder), join(dir, folder), 'dir');
  }
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
  return dir;
}

describe('the package’s types, for those who install it', () => {
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    test(`a project with every @types that the install brings compiles, moduleResolution ${moduleResolution}`, async (t) => {
      const dir = await projectWithThreadmill(t);
      await writeFile(join(dir, 'workload.ts'), WORKLOAD);
      const compilerOptions = {
        // All of node_modules/@types, which TypeScript before 6 includes by default.
        ...{ module, moduleResolution, target: 'es2023', types: ['*'], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
      };
      const config = join(dir, 'tsconfig.json');
      await writeFile(config, JSON.stringify({ compilerOptions, files: ['workload.ts'] }));
      const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
      const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
      assert.equal(stdout, '');
      assert.equal(status, 0);
    });
  }
});
