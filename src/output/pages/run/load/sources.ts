import type { RunRecord, Warning } from '../../../../core/documents/run-record.ts';
import { type SourceExcerpts, sourceExcerptsSchema } from '../../../../core/documents/source-excerpts.ts';
import { ThreadmillError } from '../../../../core/errors.ts';
import { problemOf } from '../../../../core/warnings.ts';
import { exists } from '../../../../store/exists.ts';
import { readSidecarAs } from '../../../../store/read-document.ts';
import { RunFolder } from '../../../../store/run-folder.ts';

export interface LoadedSources {
  readonly sources: readonly SourceExcerpts[];
  /** Files that are there, and are not what a run writes: the report then says of each line that its source is not there. */
  readonly problems: readonly Warning[];
}

/** The lines of the user's files that were saved with the profiles of a run's variants. */
export async function loadSources(
  runDir: string,
  { variants }: Pick<RunRecord, 'variants'>,
): Promise<LoadedSources> {
  const folder = RunFolder.open(runDir);
  const sources: SourceExcerpts[] = [];
  const problems: Warning[] = [];
  for (const { name } of variants) {
    const file = `${name}/threads/sources.json`;
    if (!(await exists(folder.path(file)))) continue;
    try {
      sources.push(await readSidecarAs(folder.path(file), file, sourceExcerptsSchema));
    } catch (thrown) {
      if (!(thrown instanceof ThreadmillError)) throw thrown;
      problems.push(problemOf('sources-unreadable', thrown));
    }
  }
  return { sources, problems };
}
