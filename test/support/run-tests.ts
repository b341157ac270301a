/**
 * Runs test files in the order in which they are named, so many at a time: `node --test` sorts them by name, and the
 * longest would run last, with nothing beside them. Prints TAP, with the failed tests named again just before the
 * summary: of a log of three thousand tests, often only the end is kept or read.
 *
 *     node --import tsx test/support/run-tests.ts <files at a time> <file>...
 */
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec, type TestEvent, tap } from 'node:test/reporters';

/** Longest part of an error's message that is repeated, in characters. */
const MESSAGE_LENGTH = 300;

type Failure = Extract<TestEvent, { type: 'test:fail' }>['data'];

/** Whether an event is the first line of node:test's own summary. */
function startsSummary({ type, data }: TestEvent): boolean {
  return type === 'test:diagnostic' && data.nesting === 0 && /^tests \d+$/.test(data.message);
}

/**
 * Titles of the tests around the current one in each file, outermost first. node:test reports the tests of a file in
 * order: `test:start` of a suite comes before those of its tests.
 */
class Titles {
  readonly #byFile = new Map<string | undefined, string[]>();

  start({ file, name, nesting }: Pick<Failure, 'file' | 'name' | 'nesting'>): void {
    const titles = this.#byFile.get(file) ?? [];
    titles.length = nesting;
    titles[nesting] = name;
    this.#byFile.set(file, titles);
  }

  /** `suite › test` */
  of({ file, name, nesting }: Failure): string {
    return [...(this.#byFile.get(file) ?? []).slice(0, nesting), name].filter(Boolean).join(' › ');
  }
}

/** One line about a failed test; null for the suite around a failed test. */
function lineOf(failure: Failure, titles: Titles): string | null {
  const error = failure.details.error as Error & { failureType?: string };
  if (error.failureType === 'subtestsFailed') return null;
  const { cause, message } = error;
  const why = String((cause as Error | undefined)?.message ?? cause ?? message).replaceAll(/\s+/g, ' ');
  return `failed: ${titles.of(failure)} (${failure.file}:${failure.line}): ${why.slice(0, MESSAGE_LENGTH)}`;
}

async function* namingFailures(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent, void> {
  const failures: string[] = [];
  const titles = new Titles();
  for await (const event of events) {
    if (event.type === 'test:start') titles.start(event.data);
    const line = event.type === 'test:fail' ? lineOf(event.data, titles) : null;
    if (line !== null) failures.push(line);
    if (startsSummary(event)) {
      for (const message of failures) yield { type: 'test:diagnostic', data: { nesting: 0, message } };
    }
    yield event;
  }
}

const [atOnce, ...files] = process.argv.slice(2);
const events = run({ files: files.map((file) => resolve(file)), concurrency: Number(atOnce) });
events.once('test:fail', () => {
  process.exitCode = 1;
});
const printed = process.stdout.isTTY ? events.compose(new spec()) : tap(namingFailures(events));
for await (const text of printed) process.stdout.write(text);
