import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameCategory } from '../../../src/profile/category.ts';
import { displayPath } from '../../../src/profile/display-path.ts';
import { isRecorder } from '../../../src/profile/recorder-frames.ts';
import { frame } from '../../support/profiles.ts';

const ROOT = '/opt/app/node_modules/threadmill';
const CASES: readonly (readonly [name: string, url: string, category: string, shown: string | null])[] = [
  ['(root)', '', 'program', null],
  ['(program)', '', 'program', null],
  ['(idle)', '', 'idle', null],
  ['(garbage collector)', '', 'gc', null],
  ['writev', '', 'native', null],
  // Names that every object has.
  ['toString', '', 'native', null],
  ['constructor', '', 'native', null],
  ['connect', 'node:net', 'node', 'node:net'],
  ['load', 'internal/modules/esm', 'node', 'node:internal/modules/esm'],
  ['$func12', 'wasm://wasm/1a2b', 'native', 'wasm://wasm/1a2b'],
  ['work', 'file:///opt/app/src/work.ts', 'user', 'src/work.ts'],
  ['work', '/opt/app/src/work.cjs', 'user', 'src/work.cjs'],
  ['work', 'file:///elsewhere/a%20b.ts', 'user', '/elsewhere/a b.ts'],
  ['work', 'evalmachine.<anonymous>', 'user', 'evalmachine.<anonymous>'],
  ['run', 'file:///opt/app/node_modules/piscina/dist/index.js', 'dependency', 'piscina@5.3.2/dist/index.js'],
  ['f', 'file:///opt/app/node_modules/a/node_modules/@s/b/c.js', 'dependency', '@s/b/c.js'],
  [
    'run',
    `file://${ROOT}/dist/src/engine/variants/sequential.js`,
    'threadmill',
    'threadmill/dist/src/engine/variants/sequential.js',
  ],
  ['run', `file://${ROOT}/workers/runner.ts`, 'threadmill', 'threadmill/workers/runner.ts'],
  ['sum', `file://${ROOT}/examples/four-apis.ts`, 'user', 'threadmill/examples/four-apis.ts'],
  ['f', `file://${ROOT}/node_modules/undici/index.js`, 'dependency', 'undici/index.js'],
  ['f', 'webpack-internal:///./node_modules/react/index.js', 'dependency', 'react/index.js'],
  ['f', 'https://example.org/app.js', 'user', 'https://example.org/app.js'],
  ['f', 'file:///opt/app/node_modules/threadmill-like/src/a.js', 'dependency', 'threadmill-like/src/a.js'],
];

test('a path on Windows is shown in its project, whichever slashes the folder has', () => {
  for (const displayRoot of ['C:\\app', 'C:/app/']) {
    assert.equal(displayPath('C:\\app\\src\\work.cjs', { displayRoot }), 'src/work.cjs');
  }
});

test('scripts of the recorder are recognised by URL and by path, also on Windows', () => {
  for (const url of [
    'file:///x/engine/recorder/controller.cjs',
    'C:\\x\\engine\\recorder\\controller.cjs',
    'C:\\x\\engine\\recorder\\preload.cjs',
  ]) {
    assert.ok(isRecorder(frame('f', url)), url);
  }
});

for (const [name, url, category, shown] of CASES) {
  test(`${name} in '${url}' is ${category}, shown as ${shown}`, () => {
    assert.equal(frameCategory(frame(name, url), { threadmillRoot: ROOT }), category);
    const packageVersion = (folder: string) => (folder === '/opt/app/node_modules/piscina' ? '5.3.2' : null);
    assert.equal(displayPath(url, { displayRoot: '/opt/app/', packageVersion }), shown);
  });
}
