import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listRecordings, listRuns, listSweeps } from '../../../store/list-folders.ts';
import { readPart } from '../../../store/read-part.ts';
import { isPageOf, PAGE_HEAD_BYTES, type PageKind } from '../../markup/page.ts';
import { type IndexFolder, recordingEntry, runEntry, sweepEntry } from '../../view/index.ts';

export const HISTORY_PAGE = 'history.html';

/** Reads one record at a time and keeps only its entry. */
export async function loadIndex(outDir: string): Promise<IndexFolder> {
  return {
    runs: await listRuns(outDir, runEntry),
    sweeps: await listSweeps(outDir, sweepEntry),
    recordings: await listRecordings(outDir, recordingEntry),
    comparisons: comparisonsIn(outDir),
    history: isWrittenPage('history', join(outDir, HISTORY_PAGE)) ? HISTORY_PAGE : null,
  };
}

export function isWrittenPage(kind: PageKind, file: string): boolean {
  return isPageOf(kind, readPart(file, 0, PAGE_HEAD_BYTES).toString('latin1'));
}

/** Pages under their usual names, the newest first as far as the names of their runs tell. */
function comparisonsIn(outDir: string): string[] {
  const pages = readdirSync(outDir).filter(
    (name) => /^compare-.+\.html$/.test(name) && isWrittenPage('comparison', join(outDir, name)),
  );
  return pages.sort().reverse();
}
