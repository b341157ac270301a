import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
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

describe('the package’s types, for those who install it', () => {
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    test(`resolve and hold with moduleResolution ${moduleResolution}`, async (t) => {
      const dir = await temporaryFolder(t);
      await mkdir(join(dir, 'node_modules'));
      await symlink(ROOT, join(dir, 'node_modules', 'threadmill'), 'dir');
      await symlink(join(ROOT, 'node_modules', '@types'), join(dir, 'node_modules', '@types'), 'dir');
      await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
      await writeFile(join(dir, 'workload.ts'), WORKLOAD);
      const compilerOptions = {
        ...{ module, moduleResolution, target: 'es2023', types: ['node'], noEmit: true },
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
