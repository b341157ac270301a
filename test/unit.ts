import { readdirSync } from 'node:fs';
import { before, test } from 'node:test';
import fc from 'fast-check';

/**
 * Every unit test in one process: they leave nothing behind that another could trip over, and to start a process
 * for each file takes longer than most files do. Any of them also runs by itself.
 */
const folder = new URL('./unit/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .sort();

// Elsewhere properties are tried with other values each time. What these find once in a thousand runs is for whoever
// sits in front of it: a change is not to be refused for what it has nothing to do with.
if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_261_122 });

// The first tests would begin while other files are still being compiled, and some look at what their thread does.
let loaded = () => {};
const allLoaded = new Promise<void>((resolve) => {
  loaded = resolve;
});
before(() => allLoaded);
for (const path of files) {
  await import(new URL(path, folder).href).catch((error: unknown) => {
    test(`${path} loads`, () => Promise.reject(error));
  });
}
loaded();
