import { loadRun } from '../../src/output/pages/run/load.ts';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { runView } from '../../src/output/view/run.ts';

/** The report of a run folder. */
export async function runPage(dir: string): Promise<string> {
  const { record, flames, found } = await loadRun(dir);
  return renderRunPage(runView(record, flames, found));
}
