import { stat } from 'node:fs/promises';

/** Whether there is anything at a path, a broken link apart. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Whether there is a file at a path, and not a folder or a device. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}
