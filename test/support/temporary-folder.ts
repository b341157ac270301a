import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of the test's own, removed when the test ends. */
export async function temporaryFolder(context: Pick<TestContext, 'after'>): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'threadmill-test-')));
  context.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
