import type { SweepFolder } from '../../../store/sweep-folder.ts';
import { renderSweepHtml } from './page.ts';

/** The report of a sweep from its sweep.json, and nothing else: a later call gives the same bytes. */
export async function renderSweep(folder: SweepFolder): Promise<string> {
  return renderSweepHtml(await folder.readRecord());
}
