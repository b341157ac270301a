/**
 * node:test's TAP, with the failed tests named again just before the summary: of a log of two thousand tests, often
 * only the end is kept or read. In JavaScript, because node:test loads a reporter before tsx.
 */
import { tap } from 'node:test/reporters';

/** The most of an error's message that is told again, in characters. */
const MESSAGE_LENGTH = 300;

/** Whether an event is the first line of node:test's own summary. */
function startsSummary({ type, data }) {
  return type === 'test:diagnostic' && data.nesting === 0 && /^tests \d+$/.test(data.message);
}

/** What is told of a failed test; null for all other events, and for the suite around a failed test. */
function failureIn({ type, data }) {
  if (type !== 'test:fail' || data.details.error?.failureType === 'subtestsFailed') return null;
  const { cause, message } = data.details.error;
  const why = String(cause?.message ?? cause ?? message).replaceAll(/\s+/g, ' ');
  return `failed: ${data.name} (${data.file}:${data.line}): ${why.slice(0, MESSAGE_LENGTH)}`;
}

async function* namingFailures(events) {
  const failures = [];
  for await (const event of events) {
    const failure = failureIn(event);
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
