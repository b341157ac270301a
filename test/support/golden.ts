import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Holds the whole of an output in test/fixtures/golden/; `UPDATE_GOLDEN=1` writes it anew, to be read as a whole. */
export function assertGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../fixtures/golden/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  else assert.equal(text, readFileSync(file, 'utf8'), `${name} differs: UPDATE_GOLDEN=1 writes it anew`);
}
