import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { ThreadmillError } from '../core/errors.ts';
import { makeFolders } from './make-folders.ts';
import { move } from './move.ts';
import { writing } from './output-errors.ts';
import { writeWhole } from './write-whole.ts';

/**
 * The folder of a run or sweep. Paths are relative, with `/`, and may not lead out; files appear whole or not at all.
 * Writing rejects with a ThreadmillError, 'output-full' or 'output-unwritable'.
 */
export class Folder {
  readonly dir: string;

  protected constructor(dir: string) {
    this.dir = resolve(dir);
  }

  /** Makes the folder; rejects if it exists. Resolves to its absolute path. */
  protected static async make(outDir: string, id: string): Promise<string> {
    const dir = resolve(outDir, id);
    await writing(dir, async () => {
      await makeFolders(resolve(outDir));
      await mkdir(dir);
    });
    return dir;
  }

  get id(): string {
    return basename(this.dir);
  }

  get outDir(): string {
    return dirname(this.dir);
  }

  /** Absolute path of something in the folder; throws ('internal') if it would be outside. */
  path(...segments: string[]): string {
    const absolute = resolve(this.dir, join(...segments));
    const within = relative(this.dir, absolute);
    if (within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within)) {
      throw new ThreadmillError('internal', `${segments.join('/')} leads out of the run folder ${this.dir}`);
    }
    return absolute;
  }

  async makeFolder(rel: string): Promise<string> {
    const dir = this.path(rel);
    await writing(dir, () => makeFolders(dir));
    return dir;
  }

  async writeText(rel: string, content: string | Uint8Array): Promise<string> {
    const file = this.path(rel);
    await writing(file, async () => {
      await makeFolders(dirname(file));
      await writeWhole(file, content);
    });
    return file;
  }

  /** Checks a document and replaces its file: readers see the old one or the new one, never a part. */
  protected async writeDocument<T>(
    file: string,
    schema: z.ZodType<T>,
    document: T,
    called: string,
  ): Promise<void> {
    const checked = schema.safeParse(document);
    if (!checked.success) {
      throw new ThreadmillError('internal', `${called} is not valid: ${checked.error.message}`);
    }
    await this.writeText(file, `${JSON.stringify(checked.data, null, 2)}\n`);
  }

  /** Moves a file or folder from elsewhere to `rel`, also from another file system. */
  async adopt(from: string, rel: string): Promise<string> {
    const target = this.path(rel);
    await writing(target, async () => {
      await makeFolders(dirname(target));
      await move(from, target);
    });
    return target;
  }

  async removeFolder(rel: string): Promise<void> {
    const dir = this.path(rel);
    await writing(dir, () => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  }

  /** Removes the folder and all in it: for a run that turned out to have nothing to keep. */
  async remove(): Promise<void> {
    await writing(this.dir, () => rm(this.dir, { recursive: true, force: true, maxRetries: 3 }));
  }
}
