import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { JobError } from '../../../../src/core/documents/run-record.ts';
import { OUTCOMES, type Outcome } from '../../../../src/core/outcomes.ts';
import { redactText, rememberUrlSecrets } from '../../../../src/core/redaction.ts';
import { SharedState } from '../../../../src/engine/measurement/shared-state.ts';
import {
  type FailedItems,
  type FailedJob,
  FailureSample,
  mergeErrors,
} from '../../../../src/engine/variants/failure-sample.ts';

function sampleOf(
  jobs: number,
  itemName: (item: number) => string = (item) => `name ${item}`,
  itemInput: FailedItems['itemInput'] = () => null,
): FailureSample {
  const state = new SharedState(jobs);
  for (let position = 0; position < jobs; position++) state.plan[position] = jobs - position;
  return new FailureSample(state, { itemName, itemInput });
}

function failed(
  position: number,
  outcome: Outcome,
  message: string,
  more: Partial<FailedJob> = {},
): FailedJob {
  return {
    position,
    rememberSecrets: null,
    madePath: null,
    outcome,
    status: null,
    code: null,
    message,
    ...more,
  };
}

const errorOf = (position: number, outcome: Outcome, message = 'm'): JobError => ({
  ...{ position, item: 0, name: 'x', input: null, outcome, status: null, code: null, message },
});

describe('failure sample', () => {
  test('the first three of each kind are kept, with index, name and input of their item', () => {
    const sample = sampleOf(10, undefined, (item, madePath) => `GET ${madePath ?? item}`);
    for (let position = 0; position < 5; position++) sample.add(failed(position, 'timeout', 'late'));
    sample.add(failed(9, 'http-error', 'busy', { status: 503, madePath: '/users/9' }));
    const errors = sample.take();
    assert.deepEqual(
      errors.map(({ position, outcome, item, input }) => [position, outcome, item, input]),
      [
        [0, 'timeout', 10, 'GET 10'],
        [1, 'timeout', 9, 'GET 9'],
        [2, 'timeout', 8, 'GET 8'],
        [9, 'http-error', 1, 'GET /users/9'],
      ],
    );
    assert.deepEqual(errors[3], {
      ...{ position: 9, item: 1, name: 'name 1', input: 'GET /users/9' },
      ...{ outcome: 'http-error', status: 503, code: null, message: 'busy' },
    });
    assert.deepEqual(sample.take(), [], 'taken once');
  });

  test('a frequent error does not hide a rare one of the same outcome', () => {
    const sample = sampleOf(100);
    for (let position = 0; position < 99; position++) {
      sample.add(failed(position, 'threw', `no user ${position} (0x${position.toString(16)}ab)`));
    }
    sample.add(failed(99, 'threw', 'no such order'));
    assert.deepEqual(
      sample.take().map(({ position }) => position),
      [0, 1, 2, 99],
    );
  });

  test('while a trial is timed nothing is named or redacted: that waits until the failures are taken', () => {
    let named = 0;
    const sample = sampleOf(9, (item) => `item ${++named} of ${item}`);
    const secret = `late${'-secret'}-7Qz`;
    sample.add({
      ...failed(0, 'threw', `no ${secret}`),
      code: `E_${secret}`,
      rememberSecrets: () => rememberUrlSecrets(`/?token=${secret}`),
    });
    for (let position = 1; position < 9; position++) {
      const rememberSecrets = () => assert.ok(position <= 3, 'only of those that are kept');
      sample.add({ ...failed(position, 'threw', 'why'), rememberSecrets });
    }
    assert.equal(named, 0);
    assert.equal(redactText(`no ${secret}`), `no ${secret}`, 'nobody has remembered it');
    const [first] = sample.take();
    assert.deepEqual([first?.message, first?.code, named], ['no ***', 'E_***', 4]);
    sample.add(failed(0, 'threw', 'why'));
    sample.forget();
    assert.deepEqual(sample.take(), []);
  });

  test('a long message is not kept in memory beyond what is shown of it', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const sample = sampleOf(3);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let position = 0; position < 3; position++) {
      sample.add(failed(position, 'threw', `${position} ${'x'.repeat(20e6)}`));
    }
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    // The stack may still hold one of the three.
    assert.ok(grown < 30e6, `${grown} bytes`);
    assert.equal(sample.take().length, 3);
  });

  test('nine of each outcome are kept at the most', () => {
    const sample = sampleOf(26);
    for (let position = 0; position < 26; position++) {
      sample.add(failed(position, 'threw', `message ${String.fromCharCode(103 + (position % 20))}`));
    }
    sample.add(failed(25, 'reset', 'gone'));
    assert.equal(sample.take().length, 10);
  });

  test('message, name and input are cut, and their secrets are hidden even where they are cut', () => {
    const url = 'http://user:s3cr3t-and-much-more-of-it@host/ failed';
    const sample = sampleOf(
      1,
      () => `${'n'.repeat(370)} ${url}`,
      () => `${'i'.repeat(270)} ${url}`,
    );
    sample.add(failed(0, 'threw', `${'y'.repeat(470)} ${url}`));
    const [error] = sample.take();
    for (const [text, length] of [
      [error?.message, 500],
      [error?.name, 400],
      [error?.input, 300],
    ] as const) {
      assert.ok(text != null && !text.includes('s3cr3t'), text ?? 'none');
      assert.ok(text.length > length - 40 && text.length <= length);
    }
  });

  test('functions of the user that throw do not lose the failure', () => {
    const throws = () => {
      throw new Error('no name');
    };
    const sample = sampleOf(1, throws, throws);
    sample.add(failed(0, 'threw', 'why'));
    assert.deepEqual(
      sample.take().map(({ name, input, message }) => [name, input, message]),
      [['item 1', null, 'why']],
    );
  });

  test('a thread without the workload leaves the name to whoever knows it', () => {
    const sample = new FailureSample(new SharedState(1), null);
    sample.add(failed(0, 'worker-crashed', 'gone'));
    assert.deepEqual(
      sample.take().map(({ name, input }) => [name, input]),
      [['', null]],
    );
  });
});

describe('mergeErrors', () => {
  test('joins by position, again three of each kind', () => {
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
