import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FlameData } from '../../../src/core/documents/flame.ts';
import { shortPaths } from '../../../src/profile/short-paths.ts';

describe('paths of scripts', () => {
  const at = (...files: string[]): FlameData => ({
    variant: 'x',
    threads: [],
    frames: files.map((file) => ({ name: 'f', file, line: 1, column: 1, category: 'user', package: null })),
  });
  const shown = (...flames: FlameData[]) =>
    shortPaths(flames).map(({ frames }) => frames.map(({ file }) => file));

  test('are relative to the folder that all have in common', () => {
    assert.deepEqual(shown(at('/srv/app/src/a.js', '/srv/app/lib/b.js')), [['src/a.js', 'lib/b.js']]);
    assert.deepEqual(shown(at('/srv/app/a.js')), [['a.js']]);
    assert.deepEqual(shown(at('/srv/app/a.js'), at('/srv/app/a.js', '/srv/b.js')), [
      ['app/a.js'],
      ['app/a.js', 'b.js'],
    ]);
  });

  test('of programs in different places each have a folder of their own', () => {
    assert.deepEqual(
      shown(at('/home/me/app/src/a.js', '/home/me/app/b.js'), at('/ci/app/src/a.js', '/ci/app/b.js')),
      [
        ['src/a.js', 'b.js'],
        ['src/a.js', 'b.js'],
      ],
    );
  });

  test('stay where there is nothing in common, and URLs always do', () => {
    assert.deepEqual(shown(at('/a/x.js', '/b/y.js')), [['/a/x.js', '/b/y.js']]);
    assert.deepEqual(shown(at('https://e.org/x.js', '/srv/y.js')), [['https://e.org/x.js', 'y.js']]);
    assert.deepEqual(shown(at()), [[]]);
  });
});
