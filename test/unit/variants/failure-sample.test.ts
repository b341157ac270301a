import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SharedState } from '../../../src/measurement/shared-state.ts';
import { redactText, rememberUrlSecrets } from '../../../src/redaction.ts';
import { OUTCOMES, type Outcome } from '../../../src/types/outcomes.ts';
import type { JobError } from '../../../src/types/run-record.ts';
import { FailureSample, mergeErrors } from '../../../src/variants/failure-sample.ts';

function sampleOf(
  jobs: number,
  itemName: (item: number) => string = (item) => `item ${item}`,
): FailureSample {
  const state = new SharedState(jobs);
  for (let position = 0; position < jobs; position++) state.plan[position] = jobs - position;
  return new FailureSample(state, itemName);
}

const errorOf = (position: number, outcome: Outcome): JobError => ({
  position,
  name: 'x',
  outcome,
  status: null,
  code: null,
  message: 'm',
});

describe('FailureSample', () => {
  test('keeps the first three of each outcome, with the name of their item', () => {
    const sample = sampleOf(10);
    for (let position = 0; position < 5; position++) sample.add(position, 'timeout', null, null, 'late');
    sample.add(9, 'http-error', 503, null, 'busy');
    const errors = sample.take();
    assert.deepEqual(
      errors.map(({ position, outcome }) => [position, outcome]),
      [
        [0, 'timeout'],
        [1, 'timeout'],
        [2, 'timeout'],
        [9, 'http-error'],
      ],
    );
    assert.deepEqual(errors[3], {
      position: 9,
      name: 'item 1',
      outcome: 'http-error',
      status: 503,
      code: null,
      message: 'busy',
    });
    assert.deepEqual(sample.take(), [], 'taken once');
  });

  test('a message is kept short, and its secrets are hidden even where it is cut', () => {
    const sample = sampleOf(1);
    sample.add(0, 'threw', null, null, 'x'.repeat(10_000));
    assert.equal(sample.take()[0]?.message.length, 500);
    const before = 'y'.repeat(470);
    sample.add(0, 'threw', null, null, `${before} http://user:s3cr3t-and-much-more-of-it@host/ failed`);
    const message = sample.take()[0]?.message ?? '';
    assert.ok(message.startsWith(before) && !message.includes('s3cr3t'), message);
  });

  test('while a block is timed nothing is named or redacted: that waits until the failures are taken', () => {
    let named = 0;
    const sample = sampleOf(9, (item) => `item ${++named} of ${item}`);
    const secret = `late${'-secret'}-7Qz`;
    sample.add(0, 'threw', null, `E_${secret}`, `no ${secret}`, () =>
      rememberUrlSecrets(`/?token=${secret}`),
    );
    for (let position = 1; position < 9; position++) {
      sample.add(position, 'threw', null, null, 'why', () =>
        assert.ok(position < 3, 'only of those that are kept'),
      );
    }
    assert.equal(named, 0);
    assert.equal(redactText(`no ${secret}`), `no ${secret}`, 'nobody has remembered it');
    const [first] = sample.take();
    assert.deepEqual([first?.message, first?.code, named], ['no ***', 'E_***', 3]);
    sample.add(0, 'threw', null, null, 'why');
    sample.forget();
    assert.deepEqual(sample.take(), []);
  });

  test('a jobName of the user that throws does not lose the failure', () => {
    const sample = sampleOf(1, () => {
      throw new Error('no name');
    });
    sample.add(0, 'threw', null, null, 'why');
    assert.deepEqual(
      sample.take().map(({ name, message }) => [name, message]),
      [['item 1', 'why']],
    );
  });
});

describe('mergeErrors', () => {
  test('joins by position, again three of each outcome', () => {
    const merged = mergeErrors([
      [errorOf(5, 'reset'), errorOf(1, 'reset')],
      [errorOf(0, 'timeout')],
      [],
      [errorOf(3, 'reset'), errorOf(2, 'reset')],
    ]);
    assert.deepEqual(
      merged.map(({ position }) => position),
      [0, 1, 2, 3],
    );
  });

  test('is bounded, sorted, and loses no kind of failure', () => {
    const error = fc.record({ position: fc.nat(1000), outcome: fc.constantFrom(...OUTCOMES) });
    fc.assert(
      fc.property(fc.array(fc.array(error, { maxLength: 20 }), { maxLength: 5 }), (samples) => {
        const given = samples.map((sample) =>
          sample.map(({ position, outcome }) => errorOf(position, outcome)),
        );
        const merged = mergeErrors(given);
        for (const outcome of OUTCOMES) {
          const before = given.flat().filter((each) => each.outcome === outcome).length;
          assert.equal(merged.filter((each) => each.outcome === outcome).length, Math.min(3, before));
        }
        assert.deepEqual(
          merged.map(({ position }) => position),
          merged.map(({ position }) => position).sort((a, b) => a - b),
        );
      }),
    );
  });
});
