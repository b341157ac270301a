import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FlameData } from '../../../../src/core/documents/flame.ts';
import { colourOf, LEGEND } from '../../../../src/web/flame/colours.ts';
import { layOut, neighbour, rectAt } from '../../../../src/web/flame/layout.ts';
import { findMatches, parseQuery } from '../../../../src/web/flame/search.ts';
import {
  buildTree,
  type FlameTree,
  nodeAt,
  pathTo,
  type TreeChoice,
} from '../../../../src/web/flame/tree.ts';
import { realisticFlame, tinyFlame } from '../../../fixtures/runs/flames.ts';
import { childrenOf } from '../../../support/flame-children.ts';

const CHOICE: TreeChoice = { threads: 'levels', direction: 'top-down', showIdle: false, collapsed: false };

const names = (tree: FlameTree, nodes: Iterable<number>): string[] =>
  Array.from(nodes, (node) => nodeAt(tree, node).name);
const find = (tree: FlameTree, name: string): number =>
  Array.from({ length: tree.size }, (_, node) => node).find((node) => nodeAt(tree, node).name === name) ?? -1;

test('all threads: each is a frame of the first level, idle left out', () => {
  const tree = buildTree(tinyFlame(), CHOICE);
  assert.equal(tree.total[0], 4_000 + 9_000);
  assert.deepEqual(names(tree, childrenOf(tree, 0)), ['main thread', 'worker 1']);
  assert.deepEqual(names(tree, pathTo(tree, find(tree, 'dispatch'))), [
    'all threads',
    'main thread',
    'runTrial',
    'dispatch',
  ]);
  assert.equal(tree.start[find(tree, 'worker 1')], 4_000);
});

test('one thread, with idle: the root is the thread, the widest come first', () => {
  const tree = buildTree(tinyFlame(), { ...CHOICE, threads: 0, showIdle: true });
  assert.equal(nodeAt(tree, 0).name, 'main thread');
  assert.equal(tree.total[0], 10_000);
  assert.deepEqual(names(tree, childrenOf(tree, 0)), ['(idle)', 'runTrial']);
});

test('the layout fills the width, and nothing is under a pixel', () => {
  const tree = buildTree(realisticFlame('worker-pool', 2), { ...CHOICE, showIdle: true });
  const { rects, rows } = layOut(tree, 0, 800);
  assert.equal(rects.length < tree.size, true);
  assert.ok(rects.every(({ width, x }) => width >= 1 && x >= 0 && x + width <= 800.001));
  const threads = rows[1] ?? [];
  assert.ok(Math.abs(threads.reduce((sum, { width }) => sum + width, 0) - 800) < 0.001);
  for (const row of rows) {
    row.forEach((rect, i) => {
      const before = row[i - 1];
      assert.ok(before === undefined || before.x + before.width <= rect.x + 0.001);
    });
  }
});

test('zoomed in, the frame fills the width and what is above it stays in sight', () => {
  const tree = buildTree(tinyFlame(), CHOICE);
  const node = find(tree, 'parseOrders');
  const layout = layOut(tree, node, 100);
  const rect = layout.rects.find((candidate) => candidate.node === node);
  assert.deepEqual([rect?.x, rect?.width, rect?.above], [0, 100, false]);
  assert.deepEqual(
    layout.rects.filter(({ above }) => above).map(({ row, width }) => [row, width]),
    [
      [0, 100],
      [1, 100],
      [2, 100],
    ],
  );
  assert.equal(rectAt(layout, 3, 50)?.node, node);
  assert.equal(rectAt(layout, 99, 50), null);
});

test('arrow keys lead to the parent, the widest child, and the boxes beside', () => {
  const tree = buildTree(tinyFlame(), CHOICE);
  const layout = layOut(tree, 0, 1_000);
  const main = find(tree, 'main thread');
  const worker = find(tree, 'worker 1');
  assert.equal(neighbour(tree, layout, 0, 'child'), main);
  assert.equal(neighbour(tree, layout, main, 'next'), worker);
  assert.equal(neighbour(tree, layout, worker, 'previous'), main);
  assert.equal(neighbour(tree, layout, worker, 'parent'), 0);
  assert.equal(neighbour(tree, layout, worker, 'next'), null);
});

test('a search counts nested matches once', () => {
  const tree = buildTree(tinyFlame(), CHOICE);
  assert.deepEqual(
    { ...findMatches(tree, parseQuery('PARSEorders')), frames: null },
    { functions: 1, amount: 8_500, frames: null },
  );
  assert.equal(findMatches(tree, parseQuery('/^parse(Orders)?$/'))?.functions, 2);
  assert.equal(findMatches(tree, parseQuery('undici'))?.amount, 3_000);
  assert.equal(findMatches(tree, parseQuery('  ')), null);
  assert.equal(findMatches(tree, parseQuery('/^PARSE/m'))?.functions, 0, 'flags replace i');
  assert.equal(parseQuery('/(/').kind, 'invalid');
});

test('a search for an absolute path finds it, whatever its last folder is called', () => {
  const frame = { name: 'f', line: null, column: null, category: 'user', package: null } as const;
  for (const path of ['/usr/lib', '/deps/uv', '/srv/mm']) {
    const query = parseQuery(path);
    assert.ok(query.kind === 'matcher' && query.matches({ ...frame, file: `${path}/a.js` }), path);
    assert.ok(!query.matches({ ...frame, file: '/elsewhere/a.js' }), path);
  }
});

test('every category has a legible ink in both themes', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const category of LEGEND) assert.match(colourOf(category, 'f', theme).ink, /^#/);
  }
  assert.deepEqual(colourOf('user', 'a', 'light'), colourOf('user', 'a', 'light'));
});

test('whatever the tree, totals are the sums of selfs and children lie within their parents', () => {
  const thread = fc.array(fc.tuple(fc.nat(), fc.nat(5_000)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.array(thread, { minLength: 1, maxLength: 3 }), fc.boolean(), (threads, showIdle) => {
      const frames: FlameData['frames'] = [
        { name: 'f', file: null, line: null, column: null, category: 'user', package: null },
        { name: '(idle)', file: null, line: null, column: null, category: 'idle', package: null },
      ];
      const data: FlameData = {
        variant: 'x',
        frames,
        threads: threads.map((nodes, i) => ({
          thread: i,
          label: `t${i}`,
          duration: 1,
          samples: 1,
          frame: nodes.map(([choice]) => (choice % 5 === 0 ? 1 : 0)),
          parent: nodes.map(([choice], node) => (node === 0 ? -1 : choice % node)),
          self: nodes.map(([, self]) => self),
          lines: { frame: [], line: [], self: [] },
        })),
      };
      const tree = buildTree(data, { ...CHOICE, showIdle });
      const selfs = Array.from(tree.self).reduce((sum, us) => sum + us, 0);
      assert.equal(tree.total[0], selfs);
      for (const { node } of layOut(tree, 0, 500).rects) {
        const above = tree.parent[node] ?? -1;
        if (above < 0) continue;
        assert.ok((tree.start[node] ?? 0) >= (tree.start[above] ?? 0));
        assert.ok(
          (tree.start[node] ?? 0) + (tree.total[node] ?? 0) <=
            (tree.start[above] ?? 0) + (tree.total[above] ?? 0),
        );
      }
    }),
  );
});

test('of 100,000 nodes only those are looked at that can be seen', () => {
  const size = 100_000;
  const data: FlameData = {
    variant: 'x',
    frames: [{ name: 'f', file: null, line: null, column: null, category: 'user', package: null }],
    threads: [
      {
        thread: 0,
        label: 'main',
        duration: size,
        samples: size,
        frame: new Array<number>(size).fill(0),
        parent: Array.from({ length: size }, (_, i) => (i === 0 ? -1 : (i - 1) >> 2)),
        self: new Array<number>(size).fill(1),
        lines: { frame: [], line: [], self: [] },
      },
    ],
  };
  const tree = buildTree(data, CHOICE);
  let looks = 0;
  const order = new Proxy(tree.order, {
    get: (target, key) => {
      looks += 1;
      return Reflect.get(target, key);
    },
  });
  const { rects } = layOut({ ...tree, order }, 0, 1_400);
  assert.ok(rects.length > 1_000 && rects.length < 1_400 * 10);
  // Each, and of each row of siblings the first that is too narrow.
  assert.ok(looks >= rects.length - 1 && looks <= 2 * rects.length, `${looks} for ${rects.length}`);
});
