import { resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT, messageOf } from '../errors.ts';
import { complaintText } from './complain.ts';
import { REPORT_EXAMPLES, withExamples } from './help.ts';
import { outOption } from './options.ts';
import { hasDisplay } from './terminal.ts';

interface ReportOptions {
  readonly out: string;
  readonly open: boolean;
}

export function reportCommand(done: (code: number) => void): Command {
  const command = new Command('report')
    .description('Draw the report of a run again from its folder, and open it.')
    .argument('[run]', 'id, the start of one, a folder, or `latest` (default: the newest)')
    .addOption(outOption())
    .option('--no-open', 'only say where it is')
    .action(async (run: string | undefined, options: ReportOptions) => {
      await showReport(run, options);
      done(EXIT.ok);
    });
  return withExamples(command, REPORT_EXAMPLES);
}

async function showReport(run: string | undefined, options: ReportOptions): Promise<void> {
  const [{ resolveRun }, { isLive }, { publishRun }, { shownPath }] = await Promise.all([
    import('../artifacts/resolve-run.ts'),
    import('../artifacts/liveness.ts'),
    import('./publish.ts'),
    import('./paths.ts'),
  ]);
  const folder = await resolveRun(resolve(options.out), run);
  const record = await folder.readRecord();
  if (record.status === 'running' && !isLive(record)) {
    // Killed with SIGKILL, or by a power cut: nobody was left to write this down.
    await folder.writeRecord({ ...record, status: 'aborted' });
  }
  const { report, problems } = await publishRun(folder);
  if (report === null) throw problems[0]?.thrown;
  for (const { what, thrown } of problems) {
    const message = `${what} could not be written: ${messageOf(thrown)}`;
    process.stderr.write(complaintText({ message, advice: null }));
  }
  process.stdout.write(`${shownPath(report)}\n`);
  if (options.open && hasDisplay(process.stdout, process.env, process.platform)) await openInBrowser(report);
}

async function openInBrowser(file: string): Promise<void> {
  try {
    const { default: open } = await import('open');
    const opener = await open(file);
    opener.once('error', () => undefined);
    opener.unref();
  } catch {
    // The path has been printed; there is nothing here to open it with.
  }
}
