import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceMap } from '@jridgewell/trace-mapping';
import { build } from 'esbuild';
import { mapFrames } from '../../../src/profile/map-frames.ts';
import { parsed, profileOf, savedOf } from '../../support/profiles.ts';

const FOLDER = new URL('../../fixtures/run-once/', import.meta.url);
const BUNDLE = new URL('bundle.mjs', FOLDER);

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [new URL('busy.ts', FOLDER).pathname],
    outfile: BUNDLE.pathname,
    bundle: true,
    write: false,
    format: 'esm',
    sourcemap: true,
  });
  const map = outputFiles.find(({ path }) => path.endsWith('.map'))!.text;
  const code = outputFiles.find(({ path }) => !path.endsWith('.map'))!.text;
  return { map: new TraceMap(map, `${BUNDLE.href}.map`), lines: code.split('\n') };
}

/** As V8 has it: the position of the parameters. 0-based. */
function positionOf(lines: readonly string[], name: string) {
  const line = lines.findIndex((text) => text.startsWith(`function ${name}(`));
  return { line, column: `function ${name}`.length };
}

test('a frame gets the file, line, column and name of the source', async () => {
  const { map, lines } = await bundled();
  const at = positionOf(lines, 'sumPrimes2');
  const ofOther = positionOf(lines, 'sumPrimes');
  const profile = profileOf(
    {
      name: '(root)',
      children: [
        { name: 'sumPrimes2', url: BUNDLE.href, ...at },
        { name: 'sumPrimes', url: BUNDLE.href, ...ofOther },
        { name: 'connect', url: 'node:net', line: 4, column: 2 },
      ],
    },
    [[0, 2]],
  );
  const { frames } = mapFrames(profile, (url) => (url === BUNDLE.href ? map : null));
  const shown = frames.map(({ functionName, url, lineNumber, columnNumber }) => {
    return [functionName, url, lineNumber, columnNumber];
  });
  assert.deepEqual(shown, [
    ['(root)', '', -1, -1],
    ['sumPrimes', new URL('busy.ts', FOLDER).href, 7, 9],
    ['sumPrimes', new URL('other.ts', FOLDER).href, 0, 16],
    ['connect', 'node:net', 4, 2],
  ]);
});

test('line ticks move to the original lines, and those of one line are added', async () => {
  const { map, lines } = await bundled();
  const at = positionOf(lines, 'sumPrimes2');
  const saved = savedOf({ name: '(root)', children: [{ name: 'sumPrimes2', url: BUNDLE.href, ...at }] }, []);
  // 1-based lines of the bundle: `let sum` twice over, `if (prime)`.
  const first = at.line + 2;
  const positionTicks = [
    { line: first, ticks: 2 },
    { line: first, ticks: 3 },
    { line: first + 6, ticks: 5 },
  ];
  const ticked = { ...saved, nodes: saved.nodes.map((n) => (n.id === 2 ? { ...n, positionTicks } : n)) };
  const { ticks } = mapFrames(parsed(ticked), () => map);
  assert.deepEqual([...ticks.node], [1, 1]);
  assert.deepEqual([...ticks.line], [9, 15]);
  assert.deepEqual([...ticks.count], [5, 5]);
});

test('names: only a trailing number is taken off, and only where the map has the name', () => {
  // One line `const load2 = async (x) => …, keep = (y) => …;`, mapped: 6 → name `load`, 14, 28 → name `other`.
  const map = new TraceMap(
    {
      version: 3,
      names: ['load', 'other'],
      sources: ['file:///a.ts'],
      mappings: [
        [
          [6, 0, 0, 6, 0],
          [14, 0, 0, 14],
          [28, 0, 1, 0, 1],
        ],
      ],
    } as unknown as ConstructorParameters<typeof TraceMap>[0],
    'file:///a.js.map',
  );
  const nameAt = (name: string, column: number) => {
    const profile = profileOf({ name, url: 'file:///a.js', line: 0, column }, []);
    return mapFrames(profile, () => map).frames[0]!.functionName;
  };
  assert.equal(nameAt('load2', 20), 'load');
  assert.equal(nameAt('keep', 35), 'keep');
  assert.equal(nameAt('', 35), '');
  assert.equal(nameAt('abcdefg', 35), 'other', 'right before the parameters the map is believed');
});

test('what has no place in the map, or one that is no file, stays as it is', () => {
  const map = new TraceMap(
    { version: 3, names: [], sources: ['webpack://x/a.ts'], mappings: 'AAAA' },
    'file:///a.js.map',
  );
  const profile = profileOf({ name: 'f', url: 'file:///a.js', line: 0, column: 5 }, []);
  assert.deepEqual(mapFrames(profile, () => map).frames, profile.frames);
  const beyond = profileOf({ name: 'f', url: 'file:///a.js', line: 90, column: 5 }, []);
  assert.deepEqual(mapFrames(beyond, () => map).frames, beyond.frames);
});
