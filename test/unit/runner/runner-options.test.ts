import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRunnerArguments } from '../../../src/runner/runner-options.ts';

const SPEC = ['--spec', '/run/spec.json', '--variant', 'event-loop'];

test('a runner that serves trials', () => {
  assert.deepEqual(
    parseRunnerArguments([...SPEC, '--log', 'l', '--rows', 'r', '--trace', 't', '--journal', 'j']),
    {
      spec: '/run/spec.json',
      variant: 'event-loop',
      logFile: 'l',
      rowsFile: 'r',
      traceFile: 't',
      journalFile: 'j',
      once: null,
    },
  );
});

test('a runner that runs once: defaults, and all of it', () => {
  const { once, logFile } = parseRunnerArguments([...SPEC, '--once', '--result', 'o.json']);
  assert.deepEqual(once, {
    ...{ minLoadMs: 0, resultFile: 'o.json', profileDir: null, samplingIntervalUs: 1000 },
    ...{ timelineDir: null, heapDir: null, heapIntervalBytes: 8_192 },
  });
  assert.equal(logFile, null);
  const all = ['--min-load-ms', '3000', '--profile-dir', 'p', '--sampling-interval-us', '250'].concat(
    ...['--timeline-dir', 't', '--heap-dir', 'h', '--heap-interval-bytes', '4096'],
  );
  assert.deepEqual(parseRunnerArguments([...SPEC, '--once', '--result', 'o.json', ...all]).once, {
    minLoadMs: 3000,
    resultFile: 'o.json',
    profileDir: 'p',
    samplingIntervalUs: 250,
    timelineDir: 't',
    heapDir: 'h',
    heapIntervalBytes: 4_096,
  });
});

test('what is missing or wrong is named', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /--variant/],
    [['--variant', 'fastest', '--spec', 's'], /--variant must be one of sequential, event-loop/],
    [['--variant', 'sequential'], /--spec is missing/],
    [[...SPEC, '--once'], /--result is missing/],
    [[...SPEC, '--once', '--result', 'o', '--min-load-ms', 'long'], /--min-load-ms/],
    [[...SPEC, '--once', '--result', 'o', '--sampling-interval-us', '-1'], /--sampling-interval-us/],
    [[...SPEC, '--once', '--result', 'o', '--sampling-interval-us', ''], /--sampling-interval-us/],
    [[...SPEC, '--faster'], /--faster/],
  ];
  for (const [argv, message] of cases) assert.throws(() => parseRunnerArguments(argv), message);
});
