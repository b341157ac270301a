import { randomUUID } from 'node:crypto';
import {
  lstat,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ThreadmillError } from '../core/errors.ts';
import { makeFolders } from './make-folders.ts';
import { errnoOf, writing } from './output-errors.ts';
import { RUN_ID_PATTERN } from './run-id.ts';
import { writeWhole } from './write-whole.ts';

const LATEST = 'latest';

/** Enough to notice a full disk, which may well take an empty file. */
const PROBE_BYTES = 64 * 1024;

/** Checks that `outDir` can be written, and makes it if missing. Resolves with a way to remove what it made, if empty. */
export async function probeOutput(outDir: string): Promise<() => Promise<void>> {
  const dir = resolve(outDir);
  return writing(dir, async () => {
    if ((await stat(dir).catch(() => null))?.isDirectory() === false) {
      throw new ThreadmillError('output-unwritable', `cannot write ${dir}: it is a file, not a folder`, {
        advice: 'Choose a folder with --out.',
      });
    }
    const made = await makeFolders(dir);
    const takeBack = async () => {
      for (const folder of made) await rmdir(folder).catch(() => {});
    };
    const probe = join(dir, `.threadmill-probe-${randomUUID()}`);
    try {
      await writeFile(probe, new Uint8Array(PROBE_BYTES), { flag: 'wx' });
    } catch (thrown) {
      await rm(probe, { force: true });
      await takeBack();
      throw thrown;
    }
    await rm(probe, { force: true });
    return takeBack;
  });
}

/** Points `latest` at the run, unless it points at a newer one. A text file where links are not possible. */
export async function publishLatest(outDir: string, id: string): Promise<void> {
  const link = join(outDir, LATEST);
  await writing(link, async () => {
    const current = await readLatest(outDir);
    if (current !== null && current > id && RUN_ID_PATTERN.test(current)) return;
    for (let target: string | null = id; target !== null; target = await newerReport(outDir, target)) {
      await replaceLink(outDir, target);
    }
  });
}

async function makeLink(id: string, fresh: string): Promise<void> {
  try {
    await symlink(id, fresh, 'dir');
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw thrown;
    await writeFile(fresh, `${id}\n`);
  }
}

/** Id of the run that `latest` points at; null if there is none any more. */
export async function readLatest(outDir: string): Promise<string | null> {
  const link = join(outDir, LATEST);
  try {
    const isLink = (await lstat(link)).isSymbolicLink();
    const target = isLink ? await readlink(link) : (await readFile(link, 'utf8')).slice(0, 256).trim();
    const id = basename(target);
    return (await stat(join(outDir, id))).isDirectory() ? id : null;
  } catch {
    return null;
  }
}

async function replaceLink(outDir: string, id: string): Promise<void> {
  const fresh = join(outDir, `.latest-${randomUUID()}`);
  try {
    await makeLink(id, fresh);
    await rename(fresh, join(outDir, LATEST));
  } finally {
    await rm(fresh, { force: true });
  }
}

/** The newest run after this one with a report: of two that end together, the older may set its link last. */
async function newerReport(outDir: string, id: string): Promise<string | null> {
  const newer = (await readdir(outDir)).filter((name) => RUN_ID_PATTERN.test(name) && name > id).sort();
  for (const name of newer.reverse()) {
    if (await stat(join(outDir, name, 'report.html')).catch(() => null)) return name;
  }
  return null;
}

/** Replaces `index.html`, the page that lists every run. Rejects as `RunFolder` does. */
export async function writeIndex(outDir: string, html: string): Promise<string> {
  const file = resolve(outDir, 'index.html');
  await writing(file, () => writeWhole(file, html));
  return file;
}
