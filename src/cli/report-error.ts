import { CommanderError } from 'commander';
import { raiseLimit } from '../core/descriptors.ts';
import { EXIT, messageOf, ThreadmillError } from '../core/errors.ts';
import { redactText } from '../core/redaction.ts';

interface Complaint {
  readonly message: string;
  readonly advice?: string | null;
}

/** `threadmill: what is wrong`, and below it what to do. */
export function complaintText({ message, advice = null }: Complaint): string {
  const lines = [`threadmill: ${redactText(message)}`];
  if (advice !== null) lines.push(`  ${redactText(advice)}`);
  return `${lines.join('\n')}\n`;
}

export function unwrittenText(what: string, thrown: unknown, advice: string | null = null): string {
  return complaintText({ message: `${what} could not be written: ${messageOf(thrown)}`, advice });
}

/** Tells a person on stderr what was thrown, and gives the exit code that goes with it. */
export function reportError(thrown: unknown, debug: boolean): number {
  if (thrown instanceof CommanderError) {
    // Help and version have been shown by now; they come as errors so that nothing exits on its own.
    if (thrown.exitCode === 0) return EXIT.ok;
    if (thrown.code === 'commander.help') return EXIT.usage;
  }
  process.stderr.write(complaintText(complaintOf(thrown)));
  if (debug && thrown instanceof Error) process.stderr.write(`${redactText(thrown.stack ?? '')}\n`);
  return thrown instanceof ThreadmillError ? thrown.exitCode : EXIT.usage;
}

export function stdoutUnwritable(cause: Error): ThreadmillError {
  return new ThreadmillError('output-unwritable', `cannot write to stdout: ${messageOf(cause)}`, { cause });
}

function complaintOf(thrown: unknown): Complaint {
  if (thrown instanceof CommanderError) return usageComplaint(thrown.message);
  if (thrown instanceof ThreadmillError) {
    const advice = thrown.code === 'internal' ? DEBUG_ADVICE : null;
    return { message: thrown.message, advice: thrown.advice ?? advice };
  }
  if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'EMFILE' || thrown.code === 'ENFILE')) {
    return { message: `too many open files: ${messageOf(thrown)}`, advice: `${raiseLimit(ENOUGH)}.` };
  }
  return { message: `internal error: ${messageOf(thrown)}`, advice: DEBUG_ADVICE };
}

/** Open files of anything but a run with many jobs in flight, which is checked beforehand. */
const ENOUGH = 1024;

const DEBUG_ADVICE = 'This is a defect of Threadmill. THREADMILL_DEBUG=1 shows where it comes from.';

/** Options that have another name now, or belong to another command. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['--aa', '--aa belongs to `threadmill bench` and `threadmill profile`.'],
  ['--captures', '--captures belongs to `threadmill profile`.'],
  ['--check', 'The option is called --aa.'],
  ['--max-rate', 'The option is called --rate-limit.'],
]);

/** commander's own words: `error: unknown option '--job'` and, in a second line, `(Did you mean --jobs?)`. */
function usageComplaint(text: string): Complaint {
  const [first = '', ...more] = text.replace(/^error: /, '').split('\n');
  const unknown = /^unknown option '(--[\w-]+)/.exec(first)?.[1] ?? '';
  const advice = HINTS.get(unknown);
  if (advice !== undefined) return { message: first, advice };
  const missing = /^option '(--[\w-]+)[^']*' argument missing$/.exec(first);
  const hint = more.map((line) => line.replace(/^\((.*)\)$/, '$1')).join(' ');
  const help = 'See `threadmill --help`, or `threadmill <command> --help`.';
  return {
    message: missing === null ? first : `${missing[1]}: a value is missing`,
    advice: hint === '' ? help : `${hint} ${help}`,
  };
}
