import { after, before, type TestContext } from 'node:test';

/**
 * What all tests of the suite around it share: made before the first of them, released after the last.
 * @returns what was made; to be called within tests only
 */
export function shared<T>(make: (t: Pick<TestContext, 'after'>) => Promise<T>): () => T {
  const releases: (() => unknown)[] = [];
  let made: T | undefined;
  before(async () => {
    made = await make({ after: (release) => void releases.push(release as () => unknown) });
  });
  after(async () => {
    for (const release of releases.reverse()) await release();
  });
  return () => made!;
}
