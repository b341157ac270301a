import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CAPTURE_FACTS, CAPTURE_NAMES } from '../../src/core/captures.ts';
import { checkedRecord } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SMALL =
  '--jobs 4 --rounds 1 --warmup 0 --no-trace --latency 5 --variants worker-pool --json --quiet'.split(' ');

/** What a person writes who has installed the package; the last lines are mistakes. */
const WORKLOAD = `
import { defineWorkload, httpWorkload, type HttpResponse, type WorkloadExport, type WorkloadSettings } from 'threadmill';
import { type RecordingOptions, startRecording } from 'threadmill/record';

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

export async function recorded(options: RecordingOptions): Promise<string> {
  const stop = await startRecording(options);
  const { dir, report } = await stop();
  return report ?? dir;
}

// @ts-expect-error there is no such method
httpWorkload({ baseUrl: '', requests: [{ name: 'a', method: 'FETCH', path: '/' }] });
// @ts-expect-error a name is text
defineWorkload({ name: 1, jobs: 2, run: () => 1 });
// @ts-expect-error the option is called intervalMs
void startRecording({ interval: 1 });
// @ts-expect-error there is no such setting
export const wrong = (settings: WorkloadSettings) => settings.nothing;
`;

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout.slice(0, 2_000)}${stderr}`);
  return stdout;
}

test('package-lock.json: every package has an integrity hash, and none comes from a private host', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: boolean; integrity?: string; resolved?: string }>;
  };
  const wrong = Object.entries(packages).filter(
    ([path, { link, integrity, resolved = 'https://registry.npmjs.org/' }]) =>
      path !== '' &&
      link !== true &&
      (integrity === undefined || !resolved.startsWith('https://registry.npmjs.org/')),
  );
  assert.deepEqual(wrong, []);
});

describe('the packed package, installed into an empty project', () => {
  let dir = '';
  let packedFiles: string[] = [];

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'threadmill-package-'));
    const packed = run(ROOT, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', dir);
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    packedFiles = files.map(({ path }) => path);
    await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
    run(dir, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(dir, filename));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  const threadmill = (...args: string[]) => run(dir, join('node_modules', '.bin', 'threadmill'), ...args);
  const recordOf = (...args: string[]) => checkedRecord(JSON.parse(threadmill(...args)));
  const assertBenchRuns = () => {
    const { variants } = recordOf('bench', ...SMALL);
    assert.deepEqual(
      variants.map(({ name, trials }) => [name, trials.map(({ outcomes }) => outcomes.ok)]),
      [['worker-pool', [4]]],
    );
  };
  const profiledWith = (...args: string[]) => {
    const { artifacts } = recordOf('profile', ...SMALL, ...args);
    return [...new Set(artifacts.map(({ capture }) => capture))].sort();
  };

  test('the tarball has compiled code, declarations and examples, no sources, and no module of the CLI twice', () => {
    const unexpected = packedFiles.filter(
      (path) =>
        !/^dist\/(src|workers)\/(?!analysis|output|cli\/).*\.(c?js|d\.ts|css)$/.test(path) &&
        !/^dist\/src\/cli\/(bundle\/[\w-]+|main|program|record-part)\.js$/.test(path) &&
        !/^(examples\/[\w-]+\.(ts|mjs|yaml)|docs\/[\w.-]+\.(json|md)|[A-Z]+(\.md)?|package\.json)$/.test(
          path,
        ),
    );
    assert.deepEqual(unexpected, []);
  });

  test('without the optional peers: bench and profile run, and make the captures that need no tool', (t) => {
    for (const tool of ['0x', 'clinic']) assert.ok(!existsSync(join(dir, 'node_modules', tool)), tool);
    const { packages } = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as {
      packages: object;
    };
    t.diagnostic(`${Object.keys(packages).length - 1} packages`);
    assertBenchRuns();
    assert.deepEqual(profiledWith(), ['heap', 'threads']);
    const { artifacts } = recordOf('profile', '--captures', '0x', ...SMALL);
    assert.ok(artifacts.length > 0);
    for (const artifact of artifacts) {
      assert.ok('unavailable' in artifact);
      assert.match(artifact.unavailable, /0x is not installed/);
      assert.match(artifact.advice ?? '', /npm install 0x/);
    }
  });

  test('threadmill/record: a part of a program is recorded, and its report written', () => {
    const script = `
      import { startRecording } from 'threadmill/record';
      const stop = await startRecording();
      console.log((await stop()).report);`;
    const report = run(dir, process.execPath, '--input-type=module', '-e', script).trim();
    assert.ok(existsSync(report), report);
  });

  // Linked, since installing their 700 packages takes minutes on a machine without a cache.
  test('with the optional peers: bench runs, and profile makes the captures of every tool by default', async () => {
    for (const tool of ['0x', 'clinic']) {
      await symlink(join(ROOT, 'node_modules', tool), join(dir, 'node_modules', tool), 'dir');
    }
    assertBenchRuns();
    const usual = CAPTURE_NAMES.filter((name) => CAPTURE_FACTS[name].isDefault);
    assert.deepEqual(profiledWith(), [...usual].sort());
  });

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    test(`a workload type-checks with every @types of the install, moduleResolution ${moduleResolution}`, async () => {
      await writeFile(join(dir, 'workload.ts'), WORKLOAD);
      const compilerOptions = {
        // All of node_modules/@types, which TypeScript before 6 includes by default.
        ...{ module, moduleResolution, target: 'es2023', types: ['*'], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
      };
      const config = join(dir, `tsconfig.${moduleResolution}.json`);
      await writeFile(config, JSON.stringify({ compilerOptions, files: ['workload.ts'] }));
      run(dir, process.execPath, join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config);
    });
  }
});
