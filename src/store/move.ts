import { cp, rename, rm } from 'node:fs/promises';
import { errnoOf } from './output-errors.ts';

/** Moves a file or folder, also to another file system; a copy gets its name only when it is complete. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EXDEV') throw thrown;
    await copyAcross(from, to);
  }
}

/** A rename can't leave its file system. */
async function copyAcross(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  try {
    await cp(from, partial, { recursive: true });
    await rename(partial, to);
  } catch (thrown) {
    await rm(partial, { recursive: true, force: true });
    throw thrown;
  }
  await rm(from, { recursive: true, force: true });
}
