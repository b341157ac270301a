import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { cleanText } from '../core/clean-text.ts';
import { EXIT, messageOf } from '../core/errors.ts';
import { formatBytes, formatPlural, listed } from '../core/format.ts';
import { findSurplus, type Pruning, type Surplus } from '../store/prune.ts';
import { PRUNE_EXAMPLES, withExamples } from './help.ts';
import { writeOut } from './output.ts';
import { complaintText } from './report-error.ts';
import { outOption } from './run-options.ts';
import { wholeNumber } from './values.ts';

interface PruneOptions {
  readonly keep: number;
  readonly dryRun?: boolean;
  readonly out: string;
}

const MAX_KEEP = 1_000_000;

export function pruneCommand(done: (code: number) => void): Command {
  const command = new Command('prune')
    .description(
      'Delete all but the newest runs, sweeps and recordings of each workload.\n' +
        'Running runs, renamed folders and unreadable folders are kept.',
    )
    .addOption(
      new Option('--keep <n>', 'how many of each workload to keep')
        .argParser(wholeNumber('--keep', 1, MAX_KEEP))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--dry-run', 'list what would be deleted, delete nothing'))
    .addOption(outOption())
    .action(async (options: PruneOptions) => done(await prune(options)));
  return withExamples(command, PRUNE_EXAMPLES);
}

async function prune({ keep, dryRun = false, out }: PruneOptions): Promise<number> {
  const outDir = resolve(out);
  const found = await findSurplus(outDir, keep);
  const failed = dryRun ? [] : await remove(found.surplus);
  const gone = found.surplus.filter((each) => !failed.includes(each));
  const bytes = gone.reduce((sum, each) => sum + each.bytes, 0);
  const what = `${formatPlural(gone.length, 'folder')}, ${formatBytes(bytes)}`;
  await writeOut([
    ...gone.map(
      ({ folder, kind, workload, bytes }) =>
        `${folder.id}  ${formatBytes(bytes).padStart(8)}  ${kind === 'run' ? '' : `${kind} `}${cleanText(workload, 60)}\n`,
    ),
    `${dryRun ? `Would delete ${what}` : `Deleted ${what} freed`}; ${keptText(found)}\n`,
  ]);
  if (gone.length > 0 && !dryRun) {
    const { publishIndex } = await import('./publish.ts');
    await publishIndex(outDir);
  }
  return failed.length === 0 ? EXIT.ok : EXIT.usage;
}

/** Those that could not be removed; stderr says why. */
async function remove(surplus: readonly Surplus[]): Promise<Surplus[]> {
  const failed: Surplus[] = [];
  for (const each of surplus) {
    try {
      await each.folder.remove();
    } catch (thrown) {
      failed.push(each);
      process.stderr.write(complaintText({ message: messageOf(thrown) }));
    }
  }
  return failed;
}

/** `50 stay, and 1 running, 2 renamed were left alone.` */
function keptText({ kept, untouched }: Pruning): string {
  const left = Object.entries(untouched).flatMap(([why, count]) => (count === 0 ? [] : [`${count} ${why}`]));
  return `${kept} ${kept === 1 ? 'stays' : 'stay'}${left.length === 0 ? '' : `, and ${listed(left)} not touched`}.`;
}
