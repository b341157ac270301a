import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { toolToRun } from '../../../src/orchestrator/captures/tool-package.ts';
import { assertCloseUs, assertShare, byName, type Times } from '../../support/function-times.ts';
import type { ExportedFile, RealExport } from '../../support/real-export.ts';
import { type DrawnNode, treeOf } from '../../support/zero-x-tree.ts';

const execute = promisify(execFile);

export function drawnByZeroX(run: () => RealExport): void {
  const draw = async ({ content }: ExportedFile): Promise<DrawnNode> => {
    const tool = toolToRun('0x');
    const cwd = await mkdtemp(join(run().dir, '0x-'));
    await writeFile(join(cwd, 'a.cpuprofile'), content);
    const argv = ['--silent', '--visualize-cpu-profile', 'a.cpuprofile', '--output-html', 'a.html'];
    await execute(process.execPath, [tool, ...argv], { cwd });
    return treeOf(await readFile(join(cwd, 'a.html'), 'utf8'));
  };

  describe('0x draws', () => {
    // Those of the other threads are read by speedscope and by DevTools.
    test('a cpuprofile of a main thread, and one of a worker', async () => {
      for (const { variant, thread } of run().threads()) {
        if ((variant === 'worker-pool') !== (thread === 1)) continue;
        const what = `${variant}.thread-${thread}.`;
        assertDrawn(await draw(run().file('cpuprofile', what)), run().ours(variant, thread, byName), what);
      }
    });

    test('all threads in one', async () => {
      const root = await draw(run().file('cpuprofile-merged', 'worker-pool'));
      assertDrawn(root, run().ours('worker-pool', null, byName), 'merged');
    });
  });
}

/** It leaves out what V8 has in parentheses. */
function assertDrawn(root: DrawnNode, expected: Times, what: string): void {
  const drawn = ownHits(root);
  let busy = 0;
  for (const [name, { self }] of expected) {
    if (/^\((?!anonymous)/.test(name)) continue;
    busy += self;
    assertCloseUs(drawn.get(name === '(anonymous)' ? '' : name) ?? 0, self, `${what}: ${name}`);
  }
  assertShare(root.value, busy, what);
}

/** By name: what 0x shows has the script behind it. */
function ownHits(root: DrawnNode): Map<string, number> {
  const hits = new Map<string, number>();
  const add = (node: DrawnNode): void => {
    const own = node.value - node.children.reduce((sum, { value }) => sum + value, 0);
    const name = node.name.replace(/^(.*?)(?: (?:file|node|internal|wasm):\S*)?$/s, '$1');
    hits.set(name, (hits.get(name) ?? 0) + own);
    node.children.forEach(add);
  };
  add(root);
  return hits;
}
