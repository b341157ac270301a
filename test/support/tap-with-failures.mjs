/**
 * node:test's TAP, with the failed tests named again just before the summary: of a log of two thousand tests, often
 * only the end is kept or read. In JavaScript, because node:test loads a reporter before tsx.
 */
import { tap } from 'node:test/reporters';

/** Longest part of an error's message that is repeated, in characters. */
const MESSAGE_LENGTH = 300;

/** Whether an event is the first line of node:test's own summary. */
function startsSummary({ type, data }) {
  return type === 'test:diagnostic' && data.nesting === 0 && /^tests \d+$/.test(data.message);
}

/**
 * Titles of the tests around the current one in each file, outermost first. node:test reports the tests of a file in
 * order: `test:start` of a suite comes before those of its tests.
 */
class Titles {
  #byFile = new Map();

  start({ file, name, nesting }) {
    const titles = this.#byFile.get(file) ?? [];
    titles.length = nesting;
    titles[nesting] = name;
    this.#byFile.set(file, titles);
  }

  /** `suite › test` */
  of({ file, name, nesting }) {
    return [...(this.#byFile.get(file) ?? []).slice(0, nesting), name].filter(Boolean).join(' › ');
  }
}

/** One line about a failed test; null for all other events, and for the suite around a failed test. */
function failureIn({ type, data }, titles) {
  if (type !== 'test:fail' || data.details.error?.failureType === 'subtestsFailed') return null;
  const { cause, message } = data.details.error;
  const why = String(cause?.message ?? cause ?? message).replaceAll(/\s+/g, ' ');
  return `failed: ${titles.of(data)} (${data.file}:${data.line}): ${why.slice(0, MESSAGE_LENGTH)}`;
}

async function* namingFailures(events) {
  const failures = [];
  const titles = new Titles();
  for await (const event of events) {
    if (event.type === 'test:start') titles.start(event.data);
    const failure = failureIn(event, titles);
    if (failure !== null) failures.push(failure);
    if (startsSummary(event)) {
      for (const message of failures) yield { type: 'test:diagnostic', data: { nesting: 0, message } };
    }
    yield event;
  }
}

export default async function* tapWithFailures(events) {
  yield* tap(namingFailures(events));
}
