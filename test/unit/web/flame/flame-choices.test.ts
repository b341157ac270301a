import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { flameBoxStyle } from '../../../../src/web/flame/describe.ts';
import { hottest, sandwichOf, zoomFor } from '../../../../src/web/flame/functions.ts';
import { kindsOf, within } from '../../../../src/web/flame/kinds.ts';
import { findMatches, parseQuery } from '../../../../src/web/flame/search.ts';
import { keyText, nodeOfKey, stackKeys } from '../../../../src/web/flame/stack-keys.ts';
import {
  buildTree,
  type FlameTree,
  nodeAt,
  pathTo,
  type TreeChoice,
} from '../../../../src/web/flame/tree.ts';
import { measureOf, quantityOf } from '../../../../src/web/flame/units.ts';
import { realisticFlame, tinyFlame } from '../../../fixtures/runs/flames.ts';

const choice: TreeChoice = { threads: 'levels', direction: 'top-down', showIdle: false, collapsed: false };
const find = (tree: FlameTree, name: string): number =>
  Array.from({ length: tree.size }, (_, node) => node).find((node) => nodeAt(tree, node).name === name) ?? -1;
const path = (tree: FlameTree, node: number): string[] =>
  pathTo(tree, node).map((at) => nodeAt(tree, at).name);

describe('what a flame shows', () => {
  test('all threads as one, inverted, and without recursion', () => {
    const one = buildTree(tinyFlame(), { ...choice, threads: 'one' });
    assert.deepEqual(path(one, find(one, 'dispatch')), ['all threads', 'runTrial', 'dispatch']);
    assert.equal(one.total[0], 13_000);
    const inverted = buildTree(tinyFlame(), { ...choice, threads: 'one', direction: 'bottom-up' });
    assert.deepEqual(path(inverted, find(inverted, 'runTrial')), ['all threads', 'dispatch', 'runTrial']);
    assert.equal(inverted.total[0], 13_000);
    const collapsed = buildTree(tinyFlame(), { ...choice, threads: 1, collapsed: true });
    assert.deepEqual(path(collapsed, find(collapsed, 'parse')), [
      ...['worker 1', 'processResponse', 'parseOrders', 'parse'],
    ]);
    assert.equal(collapsed.self[find(collapsed, 'parseOrders')], 6_000);
  });

  test('functions by their own time: the same bottom up, each with the box that has most of it', () => {
    for (const direction of ['top-down', 'bottom-up'] as const) {
      const tree = buildTree(tinyFlame(), { ...choice, direction });
      const functions = hottest(tree, direction === 'bottom-up');
      assert.deepEqual(
        functions.map(({ frame, self }) => [tree.frames[frame]?.name, self]),
        [
          ['parseOrders', 6_000],
          ['dispatch', 3_000],
          ['parse', 2_500],
          ['runTrial', 1_000],
          ['processResponse', 500],
        ],
      );
      const { node = 0 } = functions[0] ?? {};
      assert.equal(nodeAt(tree, node).name, 'parseOrders');
      if (direction === 'top-down') assert.equal(tree.self[node], 4_000);
    }
  });

  test('the zoom for a box stays while the box is wide enough in it, else it is the outermost in which it is', () => {
    const tree = buildTree(tinyFlame(), choice);
    const [parse, dispatch] = [find(tree, 'parse'), find(tree, 'dispatch')];
    assert.equal(zoomFor(tree, find(tree, 'processResponse'), parse), find(tree, 'processResponse'));
    assert.equal(zoomFor(tree, dispatch, parse), 0);
    const thin = { ...tree, total: tree.total.map((us, node) => (node === 0 ? 1_000 * us : us)) };
    assert.deepEqual(path(tree, zoomFor(thin, 0, parse)), ['all threads', 'worker 1']);
  });

  test('a sandwich: callers and callees of all calls of a function, a call within its own call counted once', () => {
    const tree = buildTree(tinyFlame(), { ...choice, threads: 'one' });
    const { callers, callees, self, total } = sandwichOf(tree, tree.frame[find(tree, 'parseOrders')] ?? 0);
    assert.deepEqual([self, total], [6_000, 8_500]);
    assert.deepEqual(path(callers, callers.size - 1), ['parseOrders', 'processResponse']);
    assert.equal(callers.total[callers.size - 1], 8_500);
    assert.deepEqual(path(callees, find(callees, 'parse')), ['parseOrders', 'parseOrders', 'parse']);
    assert.deepEqual([callees.total[0], callees.total[find(callees, 'parse')]], [8_500, 2_500]);
    const leaf = sandwichOf(tree, tree.frame[find(tree, 'parse')] ?? 0);
    assert.deepEqual(
      [leaf.callees.size, path(leaf.callers, leaf.callers.size - 1)],
      [1, ['parse', 'parseOrders', 'parseOrders', 'processResponse']],
    );
  });

  test('a stack has the same key in another tree, and no two of one tree have the same', () => {
    const data = realisticFlame('worker-pool', 2);
    const tree = buildTree(data, choice);
    const keys = stackKeys(tree);
    assert.equal(new Set(keys).size, tree.size);
    const idle = buildTree(data, { ...choice, showIdle: true });
    const node = find(tree, 'parseOrders');
    const same = nodeOfKey(stackKeys(idle), keyText(keys[node] ?? 0));
    assert.deepEqual(path(idle, same), path(tree, node));
    for (const none of ['', 'zzz', '!', '__proto__', '1e999']) assert.equal(nodeOfKey(keys, none), 0, none);
  });

  test('times by kind add up to what is drawn, in every choice of threads', () => {
    const data = realisticFlame('worker-pool', 2);
    for (const thread of [null, 0, 1, 2]) {
      const tree = buildTree(data, { ...choice, threads: thread ?? 'levels' });
      const sum = kindsOf(data, thread, false).reduce((all, { self }) => all + self, 0);
      assert.ok(Math.abs(sum - (tree.total[0] ?? 0)) < 1e-6);
    }
    const keys = kindsOf(data, null, true).map(({ key }) => key);
    assert.deepEqual(keys.slice(0, 3), ['user', 'undici@7.30.2', 'piscina@5.3.2']);
    assert.equal(keys.at(-1), 'idle');
  });

  test('a kind narrows a search', () => {
    const tree = buildTree(tinyFlame(), choice);
    const kind = kindsOf(tinyFlame(), null, false).find(({ key }) => key === 'native');
    assert.ok(kind);
    assert.equal(findMatches(tree, within(kind, parseQuery('')))?.amount, 2_500);
    assert.equal(findMatches(tree, within(kind, parseQuery('dispatch')))?.functions, 0);
    assert.equal(within(kind, parseQuery('/(/')).kind, 'invalid');
  });

  test('amounts: share, sum, per job', () => {
    const time = quantityOf({});
    const said = (['share', 'sum', 'job'] as const).map((unit) =>
      measureOf(unit, 13_000, 40, time).format(8_500),
    );
    assert.deepEqual(said, ['65.4%', '8.50 ms', '213 µs']);
    assert.equal(measureOf('job', 13_000, null, time).format(8_500), '8.50 ms');
  });

  test('bottom up, a box is time of the function that its column begins with', () => {
    const tree = buildTree(tinyFlame(), { ...choice, threads: 'one', direction: 'bottom-up' });
    const boxStyle = flameBoxStyle({
      tree,
      measure: measureOf('share', 13_000, 40, quantityOf({})),
      inverted: true,
    });
    assert.deepEqual(boxStyle.describe(find(tree, 'dispatch')).facts[0], [
      'self',
      '3.00 ms (23.1%, 75.0 µs per job)',
    ]);
    assert.deepEqual(boxStyle.describe(find(tree, 'runTrial')).facts[1], ['kind', 'Threadmill']);
    assert.equal(boxStyle.describe(0).facts[0]?.[0], 'all');
  });
});
