import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { messageOf, ThreadmillError } from '../errors.ts';
import { type RunRecord, runRecordSchema } from '../types/run-record.ts';
import { type RunSpec, runSpecSchema } from '../types/spec.ts';
import { makeFolders } from './make-folders.ts';
import { errnoOf, writing } from './output-errors.ts';
import { writeWhole } from './write-whole.ts';

const RECORD_FILE = 'run.json';

/** A run.json larger than this was not written by Threadmill; reading it could take all memory. */
const LARGEST_RECORD_BYTES = 256 * 1024 * 1024;

/**
 * The folder of one run. All writing goes through here: paths are relative to the folder, with `/`, and may
 * not lead out of it; every file appears whole or not at all. Every method that writes rejects with a
 * ThreadmillError, 'output-full' or 'output-unwritable'.
 */
export class RunFolder {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = resolve(dir);
  }

  /** Makes the folder; rejects if it exists. */
  static async create(outDir: string, id: string): Promise<RunFolder> {
    const dir = resolve(outDir, id);
    await writing(dir, async () => {
      await makeFolders(resolve(outDir));
      await mkdir(dir);
    });
    return new RunFolder(dir);
  }

  /** The folder of a run that exists; nothing is read or checked yet. */
  static open(dir: string): RunFolder {
    return new RunFolder(dir);
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

  /** The opposite of `path`, with `/` on every platform. */
  relative(absolute: string): string {
    return relative(this.dir, this.path(relative(this.dir, absolute))).replaceAll(sep, '/');
  }

  /** Makes a folder and its parents; resolves to its absolute path. */
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

  /** Checks the record and replaces run.json; readers see the old one or the new one, never a part. */
  async writeRecord(record: RunRecord): Promise<void> {
    const checked = runRecordSchema.safeParse(record);
    if (!checked.success) {
      throw new ThreadmillError('internal', `this run's record is not valid: ${checked.error.message}`);
    }
    await this.writeText(RECORD_FILE, `${JSON.stringify(checked.data, null, 2)}\n`);
  }

  /** Rejects with 'run-unreadable' (missing, too large, not JSON, not valid) and says which. */
  async readRecord(): Promise<RunRecord> {
    const file = this.path(RECORD_FILE);
    const unreadable = (why: string, cause?: unknown): ThreadmillError =>
      new ThreadmillError('run-unreadable', `cannot read ${file}: ${why}`, {
        advice: 'Choose another run with `threadmill report <run>`, or remove this folder.',
        cause,
      });

    let parsed: unknown;
    try {
      const { size } = await stat(file);
      if (size > LARGEST_RECORD_BYTES) throw unreadable(`it is too large (${size} bytes)`);
      parsed = JSON.parse(await readFile(file, 'utf8'));
    } catch (thrown) {
      if (thrown instanceof ThreadmillError) throw thrown;
      if (errnoOf(thrown) === 'ENOENT') throw unreadable('there is no such file', thrown);
      throw unreadable(thrown instanceof SyntaxError ? 'it is not JSON' : messageOf(thrown), thrown);
    }
    const version = schemaVersionOf(parsed);
    if (version !== null && version > 1) {
      throw unreadable(`its schemaVersion is ${version}, and this Threadmill knows 1 only`);
    }
    const checked = runRecordSchema.safeParse(parsed);
    if (checked.success) return checked.data;
    const issue = checked.error.issues[0];
    throw unreadable(`it is not a valid record (${issue?.path.join('.')}: ${issue?.message})`);
  }

  async writeSpec(spec: RunSpec): Promise<void> {
    await this.writeText('spec.json', `${JSON.stringify(runSpecSchema.parse(spec), null, 2)}\n`);
  }

  /** Moves a file or folder from elsewhere to `rel`, also from another file system. */
  async adopt(from: string, rel: string): Promise<string> {
    const target = this.path(rel);
    await writing(target, async () => {
      await makeFolders(dirname(target));
      try {
        await rename(from, target);
      } catch (thrown) {
        if (errnoOf(thrown) !== 'EXDEV') throw thrown;
        await copyAcross(from, target);
      }
    });
    return target;
  }

  /** Removes a folder within this one, and all in it. */
  async removeFolder(rel: string): Promise<void> {
    const dir = this.path(rel);
    await writing(dir, () => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  }

  /** Removes the folder and all in it: for a run that turned out to have nothing to keep. */
  async remove(): Promise<void> {
    await writing(this.dir, () => rm(this.dir, { recursive: true, force: true, maxRetries: 3 }));
  }
}

/** A rename cannot leave its file system. The copy gets its final name only when it is complete. */
async function copyAcross(from: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  try {
    await cp(from, partial, { recursive: true });
    await rename(partial, target);
  } catch (thrown) {
    await rm(partial, { recursive: true, force: true });
    throw thrown;
  }
  await rm(from, { recursive: true, force: true });
}

function schemaVersionOf(parsed: unknown): number | null {
  if (typeof parsed !== 'object' || parsed === null || !('schemaVersion' in parsed)) return null;
  return typeof parsed.schemaVersion === 'number' ? parsed.schemaVersion : null;
}
