import { relative, resolve } from 'node:path';
import { CARD_MARK, runCard } from '../output/card/run-card.ts';
import { loadRun } from '../output/pages/run/load.ts';
import { buildReportView } from '../output/pages/run/view.ts';
import { readPart } from '../store/read-part.ts';
import { resolveRun } from '../store/resolve-run.ts';
import { targetsOf } from './export-output.ts';
import { type PagePlace, writePage } from './write-page.ts';

export async function reportCard(outDir: string, run: string | undefined, place: PagePlace): Promise<void> {
  const folder = await resolveRun(outDir, run);
  const { record, flames, found } = await loadRun(folder.dir);
  const [target = ''] = targetsOf([`${folder.id}.svg`], {
    output: place.output,
    folder: resolve('.'),
    force: place.force,
    replaces: (file) => readPart(file, 0, CARD_MARK.length).toString('latin1') === CARD_MARK,
  });
  await writePage(target, runCard(buildReportView(record, flames, found)));
  process.stdout.write(`${relative('.', target)}\n`);
}
