import { basename, dirname, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import { EXIT, ThreadmillError } from '../core/errors.ts';
import { topFunctions } from '../profile/top-functions.ts';
import { SCAFFOLD_EXAMPLES, withExamples } from './help.ts';
import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { outOption } from './run-options.ts';
import { suggestion } from './suggest.ts';
import { path } from './values.ts';

interface ScaffoldOptions {
  readonly function: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly out: string;
}

const MAX_NAMED = 20;

export function scaffoldCommand(done: (code: number) => void): Command {
  const command = new Command('scaffold')
    .description('Write a workload file that calls a recorded function, to try it in threads.')
    .argument('[recording]', 'id, the start of one, a folder, or `latest` (default: the newest)')
    .requiredOption(
      '--function <file#name>',
      'function to call, as the report names it; its file must export it',
    )
    .option('--output <path>', 'file to write (default: <name>.workload.mjs, here)', path('--output'))
    .option('--force', 'overwrite an existing file')
    .addOption(outOption())
    .action(async (recording: string | undefined, options: ScaffoldOptions) => {
      await scaffold(recording, options);
      done(EXIT.ok);
    });
  return withExamples(command, SCAFFOLD_EXAMPLES);
}

async function scaffold(recording: string | undefined, options: ScaffoldOptions): Promise<void> {
  const { resolveRecording } = await import('../store/resolve-run.ts');
  const { loadRecording } = await import('../output/pages/recording/load.ts');
  const { exportedAs, scaffoldText } = await import('../workload/scaffold.ts');
  const { targetsOf, toFiles } = await import('./export-output.ts');
  const [file = '', name = ''] = splitLast(options.function);
  const folder = await resolveRecording(resolve(options.out), recording);
  const { flame } = await loadRecording(folder, await folder.readRecord());
  const own = topFunctions(flame).filter(({ frame }) => frame.category === 'user' && frame.file !== null);
  if (!own.some(({ frame }) => frame.file === file && frame.name === name)) {
    const known = own.slice(0, MAX_NAMED).map(({ frame }) => `${frame.file}#${frame.name}`);
    throw new ThreadmillError('usage', `--function: the recording has no ${options.function.slice(0, 200)}`, {
      advice: suggestion(options.function, known),
    });
  }
  const kind = await exportedAs(resolve(file), name);
  if (kind === null) {
    throw new ThreadmillError('usage', `--function: ${file} does not export ${name}, or is not there`, {
      advice: 'Export it, or name its caller. Call this where the program was recorded.',
    });
  }
  const usual = `${name}.workload.mjs`;
  const [target = usual] = targetsOf([usual], {
    ...{ output: options.output ?? null, folder: '.', force: options.force === true },
  });
  const module = relative(dirname(resolve(target)), resolve(file)).replaceAll(sep, '/');
  const text = scaffoldText(name, module.startsWith('.') ? module : `./${module}`, kind);
  await toFiles([{ fileName: basename(target), chunks: () => oneChunk(text) }], [target]);
  await writeOut([
    `${shownPath(target)}\n`,
    `Fill in \`calls\` in it, then: threadmill bench --workload ${shownPath(target)}\n`,
  ]);
}

async function* oneChunk(text: string): AsyncGenerator<string> {
  yield text;
}

function splitLast(text: string): [string, string] {
  const at = text.lastIndexOf('#');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
