import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Allocations, FlameData } from '../../../../core/documents/flame.ts';
import type { RunRecord, Warning } from '../../../../core/documents/run-record.ts';
import { type SourceExcerpts, sourceExcerptsSchema } from '../../../../core/documents/source-excerpts.ts';
import { heapProfileFile } from '../../../../core/documents/v8-profiles.ts';
import { messageOf, ThreadmillError } from '../../../../core/errors.ts';
import { formatCount, formatPlural } from '../../../../core/format.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { problemOf, warningOf } from '../../../../core/warnings.ts';
import { FlameBuilder } from '../../../../profile/flame-tree.ts';
import { AllocationBuilder } from '../../../../profile/heap-allocations.ts';
import { exists } from '../../../../store/exists.ts';
import { readSidecarAs } from '../../../../store/read-document.ts';
import type { RunFolder } from '../../../../store/run-folder.ts';
import { readHeapOfThread, readProfileOfThread, threadsIn } from '../../../../store/thread-profiles.ts';

type Variants = Pick<RunRecord, 'variants'>;

/** Some hundred threads of the default load; reading it takes some ten seconds. */
const MAX_BYTES = 1024 * 1024 * 1024;
/** Calls in all call trees: 30 bytes each here, and three in the page. */
const MAX_CALLS = 2_000_000;

/** Reads the profiles of a run that a page is drawn from: all of them, unless they are very many, or very large. */
export class ProfileReader {
  #bytes = MAX_BYTES;
  #calls = MAX_CALLS;
  readonly #leftOut = new Map<VariantName, number>();
  readonly #folder: RunFolder;
  readonly #problems: Warning[];

  constructor(folder: RunFolder, problems: Warning[]) {
    this.#folder = folder;
    this.#problems = problems;
  }

  /** A profile that can't be read is a problem: the rest is still worth having. @param add returns the calls of its tree */
  async read(path: string, variant: VariantName, add: (file: string) => Promise<number>): Promise<void> {
    const file = this.#folder.path(path);
    const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (this.#calls <= 0 || size > this.#bytes) {
      this.#leftOut.set(variant, (this.#leftOut.get(variant) ?? 0) + 1);
      return;
    }
    this.#bytes -= size;
    try {
      this.#calls -= await add(file);
    } catch (error) {
      const message = `${path} cannot be read: ${messageOf(error)}`;
      this.#problems.push(warningOf({ code: 'profile-unreadable', message, variant }));
    }
  }

  /** @param where profiles are left out: `the flamegraph`. */
  reportLeftOut(where: string): void {
    for (const [variant, files] of this.#leftOut) {
      const message = `${formatPlural(files, 'profile')} of ${variant} ${files === 1 ? 'is' : 'are'} left out of ${where}: a page is drawn from ${MAX_BYTES / 2 ** 30} GiB of profiles and ${formatCount(MAX_CALLS)} calls`;
      this.#problems.push(warningOf({ code: 'profiles-left-out', message, variant: null }));
    }
  }
}

/** One profile after another: what is kept of each is its call tree, not its samples. */
export async function loadFlames(
  folder: RunFolder,
  { variants }: Variants,
  problems: Warning[],
): Promise<FlameData[]> {
  const reader = new ProfileReader(folder, problems);
  const flames: FlameData[] = [];
  for (const { name } of variants) {
    const builder = new FlameBuilder(name);
    for (const path of await cpuProfilesIn(folder, `${name}/threads`)) {
      await reader.read(path, name, async (file) => builder.add(await readProfileOfThread(file, 'it')));
    }
    const flame = builder.data();
    if (flame.threads.length > 0) flames.push(flame);
  }
  reader.reportLeftOut('the flamegraph');
  return flames;
}

/** Sorted: a file system lists in any order, and the report must not depend on it. */
async function cpuProfilesIn(folder: RunFolder, rel: string): Promise<string[]> {
  const names = await readdir(folder.path(rel)).catch(() => []);
  return names
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .map((name) => `${rel}/${name}`);
}

/** What each variant allocated, from what the capture `heap` left in the run folder. */
export async function loadAllocations(
  folder: RunFolder,
  { variants }: Variants,
  problems: Warning[],
): Promise<Allocations[]> {
  const reader = new ProfileReader(folder, problems);
  const allocations: Allocations[] = [];
  for (const { name } of variants) {
    const builder = new AllocationBuilder(name);
    for (const thread of await threadsIn(folder.path(name, 'heap'), 'heapprofile')) {
      const path = `${name}/heap/${heapProfileFile(thread)}`;
      await reader.read(path, name, async (file) => builder.add(await readHeapOfThread(file, 'it')));
    }
    const allocated = builder.data();
    if (allocated.flame.threads.length > 0) allocations.push(allocated);
  }
  reader.reportLeftOut('what allocates');
  return allocations;
}

/** The lines of the user's files that were saved with the profiles of a run's variants. */
export async function loadSources(
  folder: RunFolder,
  { variants }: Variants,
  problems: Warning[],
): Promise<SourceExcerpts[]> {
  const sources: SourceExcerpts[] = [];
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
  return sources;
}
