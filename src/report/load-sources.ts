import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../types/run-record.ts';
import { type SourceExcerpts, sourceExcerptsSchema } from '../types/source-excerpts.ts';

/** The lines of the user's files that were saved with the profiles of a run's variants. */
export async function loadSources(
  runDir: string,
  { variants }: Pick<RunRecord, 'variants'>,
): Promise<SourceExcerpts[]> {
  const all = await Promise.all(
    variants.map(({ name }) => read(join(runDir, name, 'threads', 'sources.json'))),
  );
  return all.filter((each) => each !== null);
}

/** Null if it is missing or broken: the report then says of each line that its source is not there. */
async function read(file: string): Promise<SourceExcerpts | null> {
  try {
    return sourceExcerptsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
