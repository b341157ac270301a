import type { RunRecord, Warning } from '../../../core/documents/run-record.ts';
import { RunFolder } from '../../../store/run-folder.ts';
import type { ComparedRun } from '../../view/compare.ts';
import { relativeHref } from '../../view/run/captures.ts';
import { loadFlames } from '../run/load/profiles.ts';

export interface GivenRun {
  readonly record: RunRecord;
  readonly dir: string;
  /** Path of its report from where the page will be, with `/`; null if it has none. */
  readonly report: string | null;
}

/** What the page of two runs of the same work shows, from what their folders hold; it reads only. */
export async function loadCompare(before: GivenRun, after: GivenRun): Promise<[ComparedRun, ComparedRun]> {
  return [await load(before), await load(after)];
}

async function load({ record, dir, report }: GivenRun): Promise<ComparedRun> {
  const problems: Warning[] = [];
  const flames = await loadFlames(RunFolder.open(dir), record, problems);
  return { record, flames, problems, href: report === null ? null : relativeHref(report) };
}
