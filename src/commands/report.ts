import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Reported } from '../artifacts/resolve-run.ts';
import { EXIT, messageOf } from '../errors.ts';
import { complaintText } from './complain.ts';
import { REPORT_EXAMPLES, withExamples } from './help.ts';
import { outOption } from './options.ts';
import type { Published } from './publish.ts';
import { hasDisplay } from './terminal.ts';

interface ReportOptions {
  readonly out: string;
  readonly open: boolean;
}

export function reportCommand(done: (code: number) => void): Command {
  const command = new Command('report')
    .description('Draw the report of a run or a sweep again from its folder, and open it.')
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
  const [{ resolveReported }, { shownPath }] = await Promise.all([
    import('../artifacts/resolve-run.ts'),
    import('./paths.ts'),
  ]);
  const { report, problems } = await publish(await resolveReported(resolve(options.out), run));
  if (report === null) throw problems[0]?.thrown;
  for (const { what, thrown } of problems) {
    const message = `${what} could not be written: ${messageOf(thrown)}`;
    process.stderr.write(complaintText({ message, advice: null }));
  }
  process.stdout.write(`${shownPath(report)}\n`);
  if (options.open && hasDisplay(process.stdout, process.env, process.platform)) await openInBrowser(report);
}

/** Who was killed with SIGKILL, or by a power cut, could not write that down: it is done here. */
async function publish(found: Reported): Promise<Published> {
  const [{ isLive }, { isSweepLive }, { publishRun, publishSweep }] = await Promise.all([
    import('../artifacts/liveness.ts'),
    import('../artifacts/list-sweeps.ts'),
    import('./publish.ts'),
  ]);
  if (found.kind === 'sweep') {
    const record = await found.folder.readRecord();
    if (record.status === 'running' && !isSweepLive(record)) {
      await found.folder.writeRecord({ ...record, status: 'stopped' });
    }
    return publishSweep(found.folder);
  }
  const record = await found.folder.readRecord();
  if (record.status === 'running' && !isLive(record)) {
    await found.folder.writeRecord({ ...record, status: 'aborted' });
  }
  return publishRun(found.folder);
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
