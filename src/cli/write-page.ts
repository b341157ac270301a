import { dirname, join } from 'node:path';
import { isPageOf, PAGE_HEAD_BYTES, type PageKind } from '../output/markup/page.ts';
import { makeFolders } from '../store/make-folders.ts';
import { outputError } from '../store/output-errors.ts';
import { readPart } from '../store/read-part.ts';
import { writeWhole } from '../store/write-whole.ts';
import { targetsOf } from './export-output.ts';

/** Usual name of the page of `threadmill history`. */
export const HISTORY_PAGE = 'history.html';

/** Where a person wants a page to be. */
export interface PagePlace {
  /** File or folder; null: the usual place. */
  readonly output: string | null;
  readonly force: boolean;
}

/**
 * Absolute path of a page. One that is there already is written over only if it is a page of the same kind, as
 * it is when the page is drawn again.
 *
 * @param fileName its usual name.
 * @param folder its usual place.
 * @throws ThreadmillError 'output-unwritable'.
 */
export function pageTarget(kind: PageKind, fileName: string, folder: string, place: PagePlace): string {
  const [target = ''] = targetsOf([place.output === null ? join(folder, fileName) : fileName], {
    output: place.output,
    folder,
    force: place.force,
    replaces: (file) => isWrittenPage(kind, file),
  });
  return target;
}

/** Whether a file is a page of that kind. */
export function isWrittenPage(kind: PageKind, file: string): boolean {
  return isPageOf(kind, readPart(file, 0, PAGE_HEAD_BYTES).toString('latin1'));
}

/** The page appears whole or not at all. */
export async function writePage(target: string, html: string): Promise<void> {
  try {
    await makeFolders(dirname(target));
    await writeWhole(target, html);
  } catch (thrown) {
    throw outputError(thrown, target, '--output');
  }
}
