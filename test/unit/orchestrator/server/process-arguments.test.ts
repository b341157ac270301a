import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ThreadmillError } from '../../../../src/core/errors.ts';
import { FAULT_NAMES } from '../../../../src/core/faults.ts';
import { DISTRIBUTIONS } from '../../../../src/orchestrator/server/latency.ts';
import { DEFAULT_SERVE_OPTIONS } from '../../../../src/orchestrator/server/options.ts';
import {
  formatServerArguments,
  parseServerArguments,
} from '../../../../src/orchestrator/server/process-arguments.ts';

test('without arguments: the defaults', () => {
  assert.deepEqual(parseServerArguments([]), {
    options: DEFAULT_SERVE_OPTIONS,
    logFile: null,
    logRequests: false,
    runId: '',
  });
});

test('whatever is formatted is read back', () => {
  const options = fc.record({
    port: fc.nat(65_535),
    host: fc.constantFrom('127.0.0.1', '::1', 'localhost'),
    seed: fc.nat(0xffff_ffff),
    keepAlive: fc.boolean(),
    tls: fc.boolean(),
    latencyMs: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
    jitter: fc.option(fc.double({ min: 0, max: 0.5, noNaN: true })),
    distribution: fc.option(fc.constantFrom(...DISTRIBUTIONS)),
    payloadBytes: fc.option(fc.nat(1_000_000)),
    faults: fc.uniqueArray(
      fc.record(
        {
          fault: fc.constantFrom(...FAULT_NAMES),
          share: fc.constantFrom(0, 0.01),
          value: fc.option(fc.nat(500)),
          spread: fc.constant(null),
        },
        { noNullPrototype: true },
      ),
      { selector: ({ fault }) => fault },
    ),
  });
  const all = fc.record({
    options,
    logFile: fc.option(fc.string({ minLength: 1 })),
    logRequests: fc.boolean(),
    runId: fc.string(),
  });
  fc.assert(
    fc.property(all, (given) => {
      assert.deepEqual(parseServerArguments(formatServerArguments(given)), {
        ...given,
        // -0 is written as 0.
        options: {
          ...given.options,
          latencyMs: given.options.latencyMs === null ? null : given.options.latencyMs + 0,
          jitter: given.options.jitter === null ? null : given.options.jitter + 0,
        },
      });
    }),
  );
});

for (const [argv, message] of [
  [['--port', '70000'], /port/],
  [['--port', 'x'], /port/],
  [['--seed', ''], /seed/],
  [['--latency', '-1'], /latency/i],
  [['--distribution', 'normal'], /distribution/],
  [['--distribution', 'uniform', '--jitter', '0.6'], /0\.577/],
  [['--unknown'], /--unknown/],
  [['loose'], /loose/],
] as const) {
  test(`refuses ${argv.join(' ')} with one message and advice`, () => {
    assert.throws(
      () => parseServerArguments(argv),
      (error) =>
        error instanceof ThreadmillError &&
        error.code === 'usage' &&
        message.test(error.message) &&
        /--port/.test(error.advice ?? ''),
    );
  });
}
