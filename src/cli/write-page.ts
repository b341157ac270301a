import { dirname, join } from 'node:path';
import type { PageKind } from '../output/markup/page.ts';
import { isWrittenPage } from '../output/pages/index/load.ts';
import { makeFolders } from '../store/make-folders.ts';
import { outputError } from '../store/output-errors.ts';
import { writeWhole } from '../store/write-whole.ts';
import { targetsOf } from './export-output.ts';

export interface PagePlace {
  /** File or folder; null: the usual place. */
  readonly output: string | null;
  readonly force: boolean;
}

/** Absolute path of a page; an existing file must be a page of the same kind. @throws 'output-unwritable' */
export function pageTarget(kind: PageKind, fileName: string, folder: string, place: PagePlace): string {
  const [target = ''] = targetsOf([place.output === null ? join(folder, fileName) : fileName], {
    output: place.output,
    folder,
    force: place.force,
    replaces: (file) => isWrittenPage(kind, file),
  });
  return target;
}

export async function writePage(target: string, html: string): Promise<void> {
  try {
    await makeFolders(dirname(target));
    await writeWhole(target, html);
  } catch (thrown) {
    throw outputError(thrown, target, '--output');
  }
}
