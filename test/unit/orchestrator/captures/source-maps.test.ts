import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sourceContentFor } from '@jridgewell/trace-mapping';
import { loadSourceMaps } from '../../../../src/orchestrator/captures/source-maps.ts';

const MAP = {
  version: 3,
  names: [],
  sources: ['src/a.ts'],
  sourcesContent: ['the source'],
  mappings: 'AAAA',
};

describe('source maps', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'threadmill-maps-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** Loads the map of a script with this last line. */
  async function load(comment: string) {
    const file = join(folder, 'a.js');
    await writeFile(file, `x = "//# sourceMappingURL=no.map";\nf();\n//# sourceMappingURL=${comment}\n`);
    const logged: string[] = [];
    const url = pathToFileURL(file).href;
    const map = (await loadSourceMaps([url], (message) => logged.push(message)))(url);
    const source = pathToFileURL(join(folder, 'src/a.ts')).href;
    return { sources: map?.resolvedSources, content: map && sourceContentFor(map, source), logged };
  }

  test('a map beside the script', async () => {
    await writeFile(join(folder, 'a.js.map'), JSON.stringify(MAP));
    const { sources, content } = await load('a.js.map');
    assert.deepEqual(sources, [pathToFileURL(join(folder, 'src/a.ts')).href]);
    assert.equal(content, 'the source');
  });

  test('a map within the script, in either encoding', async () => {
    const base64 = Buffer.from(JSON.stringify(MAP)).toString('base64');
    const addresses = [
      `data:application/json;base64,${base64}`,
      `data:application/json;charset=utf-8;base64,${base64}`,
      `data:application/json,${encodeURIComponent(JSON.stringify(MAP))}`,
    ];
    for (const address of addresses) assert.equal((await load(address)).content, 'the source');
  });

  test('a map that is missing, broken or elsewhere is none, and never an error', async () => {
    for (const [address, told] of [
      ['gone.map', 1],
      ['data:application/json,{', 1],
      ['https://e.org/a.map', 0],
    ] as const) {
      const { sources, logged } = await load(address);
      assert.equal(sources, undefined, address);
      assert.equal(logged.length, told, address);
    }
  });

  test('scripts that are no files are not looked for', async () => {
    const maps = await loadSourceMaps(['node:net', '', 'wasm://x'], () => assert.fail());
    assert.equal(maps('node:net'), null);
  });
});
