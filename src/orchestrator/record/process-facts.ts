import { basename } from 'node:path';
import type { ThreadLine } from '../../core/documents/recorder-lines.ts';
import type { RecordedProcess, RecordedThread } from '../../core/documents/recording.ts';
import { redactArguments, redactText } from '../../core/redaction.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import type { RawProcess } from './raw-files.ts';
import { largest, linesOf, spent } from './thread-facts.ts';

/** Length of a process name. */
export const MAX_NAME = 60;
/** A thread label has room for 60 characters in all. */
const MAX_THREAD_NAME = 24;
const MAX_SCRIPT = 16;

/** Everything except what the threads add: `endUs` and `workersBusyMs`. */
export function processFacts(raw: RawProcess): RecordedProcess {
  const { pid, ppid, argv, execArgv, cwd, node, startUs, skipped } = raw.process;
  const ticks = linesOf(raw.agents.get(0) ?? [], 'tick');
  const size = ticks.at(-1)?.poolSize ?? null;
  return {
    ...{ pid, ppid, name: nameOf(argv) },
    commandLine: redactArguments(['node', ...execArgv, ...argv]),
    cwd: redactText(cwd),
    ...{ node, startUs, endUs: startUs },
    ended: raw.endedInOrder || skipped !== null ? 'in-order' : 'killed',
    skipped,
    cpuMs: spent(ticks, 'processCpuMs'),
    rssPeakBytes: ticks.length === 0 ? null : largest(ticks, ({ rssBytes }) => rssBytes ?? 0),
    pool:
      raw.pool.length === 0 || size === null
        ? null
        : {
            size,
            watchedMs: sumOf(raw.pool, ({ watchedMs }) => watchedMs),
            waitMs: sumOf(raw.pool, ({ waitMs }) => waitMs),
            longestMs: largest(raw.pool, ({ longestMs }) => longestMs),
          },
    workersBusyMs: 0,
    droppedUntilUs: raw.droppedUntilUs,
  };
}

/** `app.js`, `npm test`. */
function nameOf([script, ...rest]: readonly string[]): string {
  if (script === undefined) return 'node';
  const base = basename(script);
  const name = /^(npm|npx)-cli\.js$/.exec(base)?.[1] ?? base;
  return redactArguments([name, ...rest.slice(0, 2)]).slice(0, MAX_NAME);
}

/** @param process null if the recording has only one */
export function labelOf({ thread, name }: ThreadLine, process: RecordedProcess | null): string {
  const worker = `worker ${thread}${name === '' ? '' : ` ${name.slice(0, MAX_THREAD_NAME)}`}`;
  const own = thread === 0 ? 'main' : worker;
  return process === null
    ? own
    : `${process.name.split(' ')[0]!.slice(0, MAX_SCRIPT)} ${process.pid} · ${own}`;
}

export function roleOf({ thread, url }: ThreadLine): RecordedThread['role'] {
  if (thread === 0) return 'main';
  return /[\\/](piscina|tinypool|workerpool)[\\/]/.test(url) ? 'pool-worker' : 'worker';
}
