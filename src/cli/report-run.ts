import { resolve } from 'node:path';
import type { RunRecord } from '../core/documents/run-record.ts';
import { CARD_MARK, runCard } from '../output/card/run-card.ts';
import { loadRun } from '../output/pages/run/load.ts';
import { runView } from '../output/view/run.ts';
import { isSweepLive } from '../store/list-folders.ts';
import { isLive } from '../store/liveness.ts';
import { readPart } from '../store/read-part.ts';
import { type Reported, resolveReported, resolveRun } from '../store/resolve-run.ts';
import { targetsOf } from './export-output.ts';
import { showPage } from './open-page.ts';
import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { type Published, publishRecording, publishRun, publishSweep } from './publish.ts';
import { unwrittenText } from './report-error.ts';
import { type PagePlace, writePage } from './write-page.ts';

export async function reportRun(outDir: string, run: string | undefined, open: boolean): Promise<void> {
  const { report, problems } = await publish(await resolveReported(outDir, run));
  if (report === null) throw problems[0]?.thrown;
  for (const { what, thrown } of problems) process.stderr.write(unwrittenText(what, thrown));
  await showPage(report, open);
}

/** Who was killed with SIGKILL, or by a power cut, could not write that down: it is done here. */
async function publish(found: Reported): Promise<Published> {
  if (found.kind === 'recording') return publishRecording(found.folder, await found.folder.readRecord());
  if (found.kind === 'sweep') {
    const record = await found.folder.readRecord();
    if (record.status === 'running' && !isSweepLive(record)) {
      await found.folder.writeRecord({ ...record, status: 'stopped' });
    }
    return publishSweep(found.folder);
  }
  const record = await found.folder.readRecord();
  const isKilled = record.status === 'running' && !isLive(record);
  const ended: RunRecord = isKilled ? { ...record, status: 'aborted' } : record;
  if (isKilled) await found.folder.writeRecord(ended);
  return publishRun(found.folder, ended);
}

/** The first screen of a run as an SVG. */
export async function reportCard(outDir: string, run: string | undefined, place: PagePlace): Promise<void> {
  const folder = await resolveRun(outDir, run);
  const { record, flames, found } = await loadRun(folder.dir);
  const [target = ''] = targetsOf([`${folder.id}.svg`], {
    output: place.output,
    folder: resolve('.'),
    force: place.force,
    replaces: (file) => readPart(file, 0, CARD_MARK.length).toString('latin1') === CARD_MARK,
  });
  await writePage(target, runCard(runView(record, flames, found)));
  await writeOut([`${shownPath(target)}\n`]);
}
