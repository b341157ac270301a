import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, open, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { recordingSchema } from '../../../../src/core/documents/recording.ts';
import { ThreadmillError } from '../../../../src/core/errors.ts';
import { importProfiles } from '../../../../src/orchestrator/captures/imported-profile.ts';
import { type Call, savedOf } from '../../../support/profiles.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** As `node --cpu-prof` writes it: without what Threadmill adds. */
function external(root: Call): string {
  const { threadmill, ...profile } = savedOf(
    root,
    [
      [0, 1],
      [10, 2],
      [40, 3],
    ],
    { end: 100 },
  );
  return JSON.stringify(profile);
}

const tree = (url: string, other = ''): Call => ({
  name: '(root)',
  children: [
    { name: 'work', url, line: 0, column: 0 },
    { name: 'rest', url: other, line: 4, column: 2 },
  ],
});

async function readOne(file: string, name: string) {
  const [loaded] = await importProfiles([{ name, files: [{ file, thread: 0, label: name }] }], '');
  return loaded!;
}

async function complaint(file: string): Promise<string> {
  const error = await readOne(file, 'it').then(
    () => assert.fail(`${file} was read`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ThreadmillError);
  assert.equal(error.code, 'run-unreadable');
  assert.ok((error.advice ?? '') !== '');
  return error.message.replace(file, 'FILE');
}

test('times, categories and packages are known without anything of Threadmill in the file', async (t) => {
  const file = join(await temporaryFolder(t), 'a.cpuprofile');
  await writeFile(file, external(tree('file:///srv/app/work.js', '/srv/app/node_modules/left-pad/index.js')));
  const { flame, recording, timeline, problems } = await readOne(file, 'a.cpuprofile');
  assert.deepEqual(
    flame.frames.map(({ name, file: place, category, package: owner }) => [name, place, category, owner]),
    [
      ['(root)', null, 'program', null],
      ['work', 'work.js', 'user', null],
      ['rest', 'left-pad/index.js', 'dependency', 'left-pad'],
    ],
  );
  const [thread] = flame.threads;
  // The root's sample lasts 10 µs, that of `work` 30, the last one until the end.
  assert.deepEqual([thread?.duration, thread?.samples], [100, 3]);
  assert.deepEqual([...(thread?.self ?? [])], [10, 60, 30]);
  assert.deepEqual(problems, []);
  const [recorded] = recording.threads;
  assert.deepEqual(
    [recorded?.role, recorded?.sampledMs, recorded?.busyMs, recorded?.samples],
    ['main', 0.1, 0.1, 3],
  );
  assert.ok(recordingSchema.safeParse(recording).success);
  assert.deepEqual(
    timeline?.frames.map(({ file: place }) => place),
    [null, 'work.js', 'left-pad/index.js'],
  );
});

test('threads of one process are one profile, each with its own label', async (t) => {
  const folder = await temporaryFolder(t);
  const files = ['main', 'worker'].map((label, index) => ({
    ...{ file: join(folder, label), thread: 1 - index, label },
  }));
  for (const { file } of files) await writeFile(file, external(tree('/srv/work.js')));
  const [{ flame } = assert.fail()] = await importProfiles([{ name: 'both', files }], '');
  assert.deepEqual(
    flame.threads.map(({ thread, label, duration }) => [thread, label, duration]),
    [
      [0, 'worker', 100],
      [1, 'main', 100],
    ],
  );
  assert.deepEqual([flame.variant, flame.frames.length], ['both', 3], 'functions are shared');
});

test('a worker of a pool that waits for a task is idle', async (t) => {
  const file = join(await temporaryFolder(t), 'a.cpuprofile');
  const root: Call = {
    name: '(root)',
    children: [
      { name: 'atomicsWaitLoop', url: '/srv/node_modules/piscina/dist/worker.js', line: 125, column: 24 },
      { name: 'work', url: '/srv/work.js', line: 0, column: 0 },
    ],
  };
  await writeFile(file, external(root));
  const { flame } = await readOne(file, 'a');
  const [thread] = flame.threads;
  const selfOf = (category: string) =>
    thread!.self.reduce(
      (sum, us, node) => (flame.frames[thread!.frame[node]!]!.category === category ? sum + us : sum),
      0,
    );
  assert.deepEqual([selfOf('idle'), selfOf('user'), selfOf('dependency')], [30, 60, 0]);
});

test('what DevTools and VS Code add is no trouble', async (t) => {
  const file = join(await temporaryFolder(t), 'a.cpuprofile');
  const callFrame = (functionName: string, url: string) => {
    return { functionName, scriptId: 7, url, lineNumber: 0, columnNumber: 0 };
  };
  const location = {
    callFrame: callFrame('work', '/srv/work.js'),
    scriptOffset: 0,
    source: { path: 'work.ts' },
  };
  await writeFile(
    file,
    JSON.stringify({
      // Nodes by their parent, positions as ids of locations, and members of their own.
      nodes: [
        { id: 1, callFrame: callFrame('(root)', ''), locationId: 0, positionTicks: [] },
        {
          ...{ id: 2, parent: 1, callFrame: callFrame('work', '/srv/work.js'), locationId: 1 },
          positionTicks: [{ line: 3, ticks: 2, startLocationId: 1, endLocationId: 1 }],
        },
      ],
      ...{ startTime: 1_000, endTime: 1_100, samples: [1, 2], timeDeltas: [0, 40] },
      $vscode: { rootPath: '/srv', locations: [location] },
      slots: [{}],
    }),
  );
  const { flame } = await readOne(file, 'a');
  assert.deepEqual([...(flame.threads[0]?.self ?? [])].sort(), [40, 60]);
  assert.deepEqual(flame.threads[0]?.lines.line, [3]);
});

test('credentials in names and URLs are removed', async (t) => {
  const file = join(await temporaryFolder(t), 'a.cpuprofile');
  const secret = tree(
    'https://me:hunter2@example.org/app.js?token=abcdef',
    'https://example.org/b.js?api_key=0123',
  );
  await writeFile(file, external(secret));
  const shown = JSON.stringify(await readOne(file, 'a'));
  assert.match(shown, /example\.org\/app\.js/);
  assert.doesNotMatch(shown, /hunter2|abcdef|0123/);
});

describe('source maps beside the scripts', () => {
  const MAP = { version: 3, names: [], sources: ['work.ts'], sourcesContent: ['x'], mappings: 'AAAA' };

  async function write(t: TestContext): Promise<{ file: string; script: string }> {
    const folder = await temporaryFolder(t);
    const [file, script] = [join(folder, 'a.cpuprofile'), join(folder, 'work.js')];
    await writeFile(join(folder, 'work.js.map'), JSON.stringify(MAP));
    await writeFile(script, 'f();\n//# sourceMappingURL=work.js.map\n');
    await writeFile(file, external(tree(pathToFileURL(script).href)));
    return { file, script };
  }

  test('are used', async (t) => {
    const { file, script } = await write(t);
    const { flame, problems, sources } = await readOne(file, 'a');
    assert.deepEqual(problems, []);
    assert.equal(
      flame.frames.find(({ name }) => name === 'work')?.file,
      basename(script).replace(/js$/, 'ts'),
    );
    assert.deepEqual(sources, [], 'no text of files that a profile names');
  });

  test('are not used of a script that was changed since', async (t) => {
    const { file, script } = await write(t);
    const later = new Date(Date.now() + 60_000);
    await utimes(script, later, later);
    const { flame, problems } = await readOne(file, 'a');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['source-map-outdated'],
    );
    assert.equal(flame.frames.find(({ name }) => name === 'work')?.file, basename(script));
  });

  test('nothing is read of what is no file', { skip: process.platform === 'win32' }, async (t) => {
    const file = join(await temporaryFolder(t), 'a.cpuprofile');
    await writeFile(file, external(tree('/dev/zero', '/proc/self/mem')));
    // What is in /proc changes at any moment: the profile is newer than it.
    const later = Date.now() / 1_000 + 3_600;
    await utimes(file, later, later);
    assert.deepEqual((await readOne(file, 'a')).problems, []);
  });
});

describe('what is no profile', () => {
  const whole = external(tree('/a.js'));
  for (const [what, content, said] of [
    ['nothing', '', /^FILE is not a CPU profile: it is empty\.$/],
    ['text', 'hello', /^FILE is not a CPU profile: the file is not an object\.$/],
    ['a list', '[]', /the file is not an object/],
    ['another object', '{"a": 1}', /`nodes` is missing/],
    ['a trace', '{"traceEvents": [{"ph": "X"}]}', /it is a trace/],
    ['a heap profile', '{"head": {"callFrame": {}}, "samples": []}', /it is a heap profile/],
    ['no nodes', '{"nodes": [], "startTime": 0, "endTime": 1}', /`nodes` is empty/],
    ['half a profile', whole.slice(0, whole.length / 2), /it ends early, after \d+ bytes, within `nodes`/],
    [
      'no time',
      external(tree('/a.js')).replace(/"startTime":0,"endTime":100.*$/, '"startTime":5,"endTime":5}'),
      /holds no time/,
    ],
  ] as const) {
    test(what, async (t) => {
      const file = join(await temporaryFolder(t), 'bad.cpuprofile');
      await writeFile(file, content);
      assert.match(await complaint(file), said);
    });
  }

  test('no file, a folder, a pipe, and one that is too large', async (t) => {
    const folder = await temporaryFolder(t);
    assert.equal(await complaint(join(folder, 'none')), 'there is no file FILE');
    await mkdir(join(folder, 'dir'));
    assert.equal(await complaint(join(folder, 'dir')), 'FILE is not a file');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    assert.equal(await complaint(join(folder, 'pipe')), 'FILE is not a file');
    const large = join(folder, 'large');
    await (await open(large, 'w')).close();
    await truncate(large, 2 ** 30 + 1);
    assert.equal(await complaint(large), 'FILE is larger than 1 GiB');
  });
});
