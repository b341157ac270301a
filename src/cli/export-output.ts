import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ThreadmillError } from '../core/errors.ts';
import type { Chunks, Exporter } from '../output/export/exporter.ts';
import { makeFolders } from '../store/make-folders.ts';
import { errnoOf, outputError } from '../store/output-errors.ts';
import { writeWhole } from '../store/write-whole.ts';
import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';

/** A file to be written, and what comes into it once somebody reads it. */
export interface Content {
  readonly fileName: string;
  chunks(): Chunks;
}

/** Paths for files of these names: one goes to `output`, several into it. @throws 'output-unwritable' */
export function targetsOf(
  fileNames: readonly string[],
  {
    output,
    folder,
    force,
    replaces = () => false,
  }: {
    readonly output: string | null;
    readonly folder: string;
    readonly force: boolean;
    /** Whether what is in a target's place may go in any case. */
    readonly replaces?: (target: string) => boolean;
  },
): string[] {
  const targets = placesOf(fileNames, output, folder);
  const taken = targets.find(
    (target) => existsSync(target) && (isFolder(target) || !(force || replaces(target))),
  );
  if (taken === undefined) return targets;
  throw new ThreadmillError('output-unwritable', `there is a ${shownPath(taken)} already`, {
    advice: isFolder(taken)
      ? 'It is a folder. Choose another place with --output.'
      : 'Choose another place with --output, or write over it with --force.',
  });
}

function placesOf(fileNames: readonly string[], output: string | null, folder: string): string[] {
  const [only] = fileNames;
  if (fileNames.length === 1 && only !== undefined) {
    if (output === null) return [resolve(only)];
    return [isFolder(output) || /[\\/]$/.test(output) ? resolve(output, only) : resolve(output)];
  }
  const into = output ?? folder;
  if (existsSync(into) && !isFolder(into)) {
    throw new ThreadmillError(
      'output-unwritable',
      `${into} is a file, and there are ${fileNames.length} to write`,
      {
        advice: 'Name a folder with --output, or choose one of them with --variant and --thread.',
      },
    );
  }
  return fileNames.map((name) => join(resolve(into), name));
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Writes one after another; each appears whole or not at all. */
export async function toFiles(contents: readonly Content[], targets: readonly string[]): Promise<void> {
  for (const [index, { chunks }] of contents.entries()) {
    const target = targets[index]!;
    try {
      await makeFolders(dirname(target));
      await writeWhole(target, chunks());
    } catch (thrown) {
      // What reading the run has thrown names its own file.
      throw errnoOf(thrown) === null || thrown instanceof ThreadmillError
        ? thrown
        : outputError(thrown, target, '--output');
    }
  }
}

/** @throws ThreadmillError 'usage' for several files, and for bytes that would go to a terminal. */
export async function toStdout(
  contents: readonly Content[],
  { binary, name }: Pick<Exporter, 'binary' | 'name'>,
  stdout: NodeJS.WriteStream,
): Promise<void> {
  const [only] = contents;
  if (only === undefined || contents.length > 1) {
    throw new ThreadmillError('usage', `--output -: ${name} makes ${contents.length} files of this run`, {
      advice: 'Choose one of them with --variant and --thread, or name a folder.',
    });
  }
  if (binary && stdout.isTTY) {
    throw new ThreadmillError('usage', `--output -: ${name} is binary, and stdout is a terminal`, {
      advice: 'Send it to a file or a program: threadmill export … --output - > file',
    });
  }
  await writeOut(only.chunks(), stdout);
}
