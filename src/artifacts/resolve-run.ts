import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ThreadmillError } from '../errors.ts';
import { listRuns, type RunListing } from './list-runs.ts';
import { readLatest } from './output-folder.ts';
import { RunFolder } from './run-folder.ts';

const MOST_NAMED = 5;

/**
 * The run that a person means: an id or the unique start of one, the path of a run folder, `latest`, or
 * nothing at all for the newest readable one. Rejects with 'run-not-found', naming what there is.
 */
export async function resolveRun(outDir: string, name: string | undefined): Promise<RunFolder> {
  if (name === 'latest') {
    const latest = await readLatest(outDir);
    if (latest !== null) return RunFolder.open(join(outDir, latest));
  } else if (name !== undefined && (await isRunFolder(name))) {
    // `profiles/latest` is a link, and the run has a name of its own.
    return RunFolder.open(await realpath(name));
  }

  const runs = await listRuns(outDir);
  if (name === undefined || name === 'latest') {
    const newest = runs.find((run) => run.record !== null);
    if (newest !== undefined) return RunFolder.open(join(outDir, newest.id));
    throw notFound(`there is no run in ${resolve(outDir)}`, runs);
  }

  const exact = runs.find((run) => run.id === name);
  if (exact !== undefined) return RunFolder.open(join(outDir, exact.id));
  const matches = name === '' ? [] : runs.filter((run) => run.id.startsWith(name));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return RunFolder.open(join(outDir, only.id));
  if (matches.length > 1) throw notFound(`"${name}" fits ${matches.length} runs`, matches);
  throw notFound(`there is no run "${name}" in ${resolve(outDir)}`, runs);
}

async function isRunFolder(path: string): Promise<boolean> {
  try {
    return (await stat(join(path, 'run.json'))).isFile();
  } catch {
    return false;
  }
}

function notFound(message: string, runs: readonly RunListing[]): ThreadmillError {
  const named = runs.slice(0, MOST_NAMED).map((run) => run.id);
  const more = runs.length > named.length ? ` and ${runs.length - named.length} more` : '';
  return new ThreadmillError('run-not-found', message, {
    advice:
      named.length === 0
        ? 'Make one with `threadmill bench`, or name the folder with --out.'
        : `The newest first: ${named.join(', ')}${more}.`,
  });
}
