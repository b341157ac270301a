import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ThreadmillError } from '../../../src/core/errors.ts';
import { bundleWorkload } from '../../../src/workload/bundle.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);

/** A project with these files (path to text); its bundles go to another folder, as in a run. */
async function projectOf(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = await temporaryFolder(t);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'project', path)), { recursive: true });
    await writeFile(join(root, 'project', path), text);
  }
  const out = join(root, 'elsewhere', 'workload.mjs');
  return {
    folder: join(root, 'project'),
    out,
    bundle: (entry: string) => bundleWorkload(join(root, 'project', entry), out),
  };
}

/** What plain Node finds in a bundle's default export; no loader of the tests takes part. */
async function loadedByNode(bundle: string, flags: readonly string[] = []): Promise<unknown> {
  const code = `import(${JSON.stringify(pathToFileURL(bundle).href)}).then((module) => console.log(JSON.stringify(module.default)))`;
  const { stdout } = await run(process.execPath, [...flags, '-e', code], { cwd: '/' });
  return JSON.parse(stdout);
}

describe('what a workload file may be', () => {
  const sources: Readonly<Record<string, string>> = {
    'w.ts': 'const x: string = "ts"; export default { x };',
    'w.mts':
      'import { type Stats, existsSync } from "node:fs"; export default { x: "mts", fs: typeof existsSync } satisfies object;',
    'w.cts': 'import path = require("node:path"); const x: string = path.sep; export = { x, cts: true };',
    'w.js': 'export default { x: "js" };',
    'w.mjs': 'export default { x: await Promise.resolve("mjs") };',
    'w.cjs':
      '"use strict"; const { sep } = require("node:path"); module.exports = { x: "cjs", sep: sep.length };',
  };
  const expected: Readonly<Record<string, unknown>> = {
    'w.ts': { x: 'ts' },
    'w.mts': { x: 'mts', fs: 'function' },
    'w.cts': { x: '/', cts: true },
    'w.js': { x: 'js' },
    'w.mjs': { x: 'mjs' },
    'w.cjs': { x: 'cjs', sep: 1 },
  };
  for (const [file, text] of Object.entries(sources)) {
    test(file, async (t) => {
      const { bundle, out } = await projectOf(t, { [file]: text });
      await bundle(file);
      assert.deepEqual(await loadedByNode(out), expected[file]);
    });
  }
});

describe('imports', () => {
  test('of files beside it are bundled, whatever their extension', async (t) => {
    const { bundle, out } = await projectOf(t, {
      'w.ts': `
        import a from './lib/a.ts'; import b from './lib/b.js'; import { c } from './lib/c.cjs';
        import data from './data.json' with { type: 'json' };
        export default [a, b, c, data.d];`,
      'lib/a.ts': 'import b from "./b.js"; const a: string = "a" + b; export default a;',
      'lib/b.js': 'export default "b";',
      'lib/c.cjs': 'exports.c = "c";',
      'data.json': '{"d":"d"}',
    });
    await bundle('w.ts');
    assert.deepEqual(await loadedByNode(out), ['ab', 'b', 'c', 'd']);
  });

  test("of packages stay imports, resolved from the workload's own folder as Node resolves them", async (t) => {
    const { bundle, out } = await projectOf(t, {
      'w.ts': `
        import { which } from 'conditional'; import old from 'old/deep.js'; import { createRequire } from 'node:module';
        export default [which, old, createRequire(import.meta.url)('conditional').which, typeof (await import('old/deep.js')).default];`,
      'node_modules/conditional/package.json': JSON.stringify({
        name: 'conditional',
        // 'module' is for bundlers: Node knows no such condition, and would take that file for CommonJS.
        exports: { '.': { module: './bundlers.js', import: './import.mjs', default: './require.cjs' } },
      }),
      'node_modules/conditional/bundlers.js': 'export const which = "bundlers";',
      'node_modules/conditional/import.mjs': 'export const which = "import";',
      'node_modules/conditional/require.cjs': 'exports.which = "require";',
      'node_modules/old/package.json': '{"name":"old"}',
      'node_modules/old/deep.js': 'module.exports = "old";',
    });
    await bundle('w.ts');
    assert.deepEqual(await loadedByNode(out), ['import', 'old', 'require', 'string']);
    assert.match(
      await readFile(out, 'utf8'),
      /import .* from "file:.*node_modules\/conditional\/import\.mjs"/,
    );
  });

  test('of a linked workspace package are the user’s own code: bundled', async (t) => {
    const { bundle, folder, out } = await projectOf(t, {
      'app/w.ts': 'import { own } from "linked"; export default own;',
      'linked/package.json': '{"name":"linked","main":"index.ts"}',
      'linked/index.ts': 'export const own: string = "own";',
      'app/node_modules/.keep': '',
    });
    await symlink(join(folder, 'linked'), join(folder, 'app/node_modules/linked'));
    await bundle('app/w.ts');
    assert.equal(await loadedByNode(out), 'own');
  });

  test('of `threadmill` are this copy, though the project has none', async (t) => {
    const { bundle, out } = await projectOf(t, {
      'w.ts': `
        import { defineWorkload, type WorkloadSettings } from 'threadmill';
        export default ({ name: defineWorkload({ name: 'own', jobs: 2, run: () => 1 }).name });
        export const typed = (settings: WorkloadSettings) => settings;`,
      'w.cjs':
        'exports.name = require("threadmill").defineWorkload({ name: "cjs", jobs: 2, run() {} }).name;',
    });
    await bundle('w.ts');
    assert.deepEqual(await loadedByNode(out), { name: 'own' });
    await bundle('w.cjs');
    assert.deepEqual(await loadedByNode(out, ['--no-experimental-require-module']), { name: 'cjs' });
  });
});

test('import.meta.url, dirname and filename, __dirname and __filename keep meaning the file they stand in', async (t) => {
  const { bundle, folder, out } = await projectOf(t, {
    'w.ts': `
      import { here } from './lib/esm.ts'; import * as old from './lib/old.cjs';
      import { tsx } from './lib/view.tsx'; import { jsx } from './node_modules/own/view.jsx';
      export default [import.meta.url, import.meta.dirname, import.meta.filename, here, old.dir, old.file, tsx, jsx];`,
    'lib/view.tsx': 'export const tsx: string = import.meta.url; export const view = () => <i>{tsx}</i>;',
    'node_modules/own/view.jsx': 'export const jsx = __filename; export const view = () => <i>{jsx}</i>;',
    'lib/esm.ts':
      '#!/usr/bin/env node\nexport const here: string = new URL("./data.txt", import.meta.url).pathname;',
    'lib/old.cjs': '"use strict"; exports.dir = __dirname; exports.file = __filename;',
  });
  await bundle('w.ts');
  const lib = join(folder, 'lib');
  const entry = join(folder, 'w.ts');
  assert.deepEqual(await loadedByNode(out), [
    pathToFileURL(entry).href,
    folder,
    entry,
    join(lib, 'data.txt'),
    lib,
    join(lib, 'old.cjs'),
    pathToFileURL(join(lib, 'view.tsx')).href,
    join(folder, 'node_modules/own/view.jsx'),
  ]);
});

test('an imported file whose source map lacks its sources: the bundle’s map has none of it', async (t) => {
  const map = JSON.stringify({ version: 3, sources: ['gone.ts'], names: [], mappings: 'AAAA' });
  const url = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  const { bundle, out } = await projectOf(t, {
    'w.ts': 'import { x } from "./built.js"; export default x;',
    'built.js': `export const x = 1;\n//# sourceMappingURL=${url}\n`,
  });
  await bundle('w.ts');
  const { sources, sourcesContent } = JSON.parse(await readFile(`${out}.map`, 'utf8'));
  const at = sources.findIndex((source: string) => source.endsWith('/gone.ts'));
  assert.equal(sourcesContent[at], null);
});

test('names and lines survive: a stack leads to the TypeScript file, with its line', async (t) => {
  const text = [
    '// first',
    'const here: string = import.meta.url;',
    'function fails(): never {',
    '  throw new Error(here);',
    '}',
    'export default fails;',
  ];
  const { bundle, folder, out } = await projectOf(t, { 'w.ts': text.join('\n') });
  await bundle('w.ts');
  const code = `import(${JSON.stringify(out)}).then((module) => { try { module.default(); } catch (e) { console.log(e.stack); } })`;
  const { stdout } = await run(process.execPath, ['--enable-source-maps', '-e', code]);
  assert.ok(stdout.includes(`fails (${join(folder, 'w.ts')}:4:9)`), stdout);
  const map = JSON.parse(await readFile(`${out}.map`, 'utf8')) as {
    sources: string[];
    sourcesContent: string[];
  };
  assert.equal(map.sources.length, map.sourcesContent.length);
  assert.ok(
    map.sourcesContent.includes(text.join('\n')),
    'the source as it is, without what was put into it',
  );
});

describe('a file that can not be used', () => {
  const rejects = async (
    t: TestContext,
    files: Readonly<Record<string, string>>,
    entry: string,
    code: string,
    message: RegExp,
  ) => {
    const { bundle } = await projectOf(t, files);
    await assert.rejects(bundle(entry), (thrown) => {
      assert.ok(thrown instanceof ThreadmillError);
      assert.equal(thrown.code, code);
      assert.match(thrown.message, message);
      return true;
    });
  };

  test('is missing, or a folder', async (t) => {
    await rejects(t, {}, 'none.ts', 'workload-missing', /no workload file .*none\.ts/);
    await rejects(t, { 'w.ts/x': '' }, 'w.ts', 'workload-missing', /no workload file/);
  });

  test('has another extension: the message lists those that work', async (t) => {
    await rejects(t, { 'w.py': '' }, 'w.py', 'workload-invalid', /\.ts, \.mts, \.cts, \.js, \.mjs, \.cjs/);
  });

  test('does not parse: file, line, column and the line itself', async (t) => {
    await rejects(
      t,
      { 'w.ts': 'const a = 1;\n  export default {;' },
      'w.ts',
      'workload-syntax',
      /w\.ts:2:19: .*\n {4}export default \{;/,
    );
  });

  test('imports a file that does not parse: that one is named', async (t) => {
    const files = { 'w.ts': 'import "./lib.js";', 'lib.js': 'let let = 1;' };
    await rejects(t, files, 'w.ts', 'workload-syntax', /lib\.js:1:5/);
  });

  test('imports a package or a file that is not there: where, and which', async (t) => {
    const files = { 'w.ts': '// first\nimport x from "not-installed"; export default x;' };
    await rejects(t, files, 'w.ts', 'workload-syntax', /w\.ts:2:15: .*not-installed/);
    await rejects(t, { 'w.ts': 'import "./gone.ts";' }, 'w.ts', 'workload-syntax', /w\.ts:1:8: .*gone\.ts/);
  });
});

test('the shipped example bundles', async (t) => {
  const out = join(await temporaryFolder(t), 'workload.mjs');
  const source = fileURLToPath(new URL('../../../examples/four-apis.ts', import.meta.url));
  await bundleWorkload(source, out);
  assert.match(await readFile(out, 'utf8'), /sourceMappingURL=workload\.mjs\.map/);
});
