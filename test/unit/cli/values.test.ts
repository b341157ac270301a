import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nearest } from '../../../src/cli/suggest.ts';
import {
  baseUrl,
  byteSize,
  duration,
  durationWithUnit,
  faults,
  namesOf,
  namesOrAll,
  number,
  path,
  wholeNumber,
} from '../../../src/cli/values.ts';
import { faultArgument } from '../../../src/core/faults.ts';

const usage = (message: string | RegExp) => ({ code: 'usage', exitCode: 1, message });

describe('values', () => {
  test('whole numbers', () => {
    const parse = wholeNumber('--jobs', 1, 10_000_000);
    assert.deepEqual(['1', '10_000', '1e6', '007'].map(parse), [1, 10_000, 1_000_000, 7]);
    for (const bad of [
      'abc',
      '',
      '0',
      '-1',
      '1.5',
      '10000001',
      '1e99',
      ' 1',
      'Infinity',
      'NaN',
      '0x10',
      '_1',
    ]) {
      const message = `--jobs: ${JSON.stringify(bad)} is not a whole number from 1 to 10000000`;
      assert.throws(() => parse(bad), usage(message), bad);
    }
  });

  test('numbers', () => {
    const parse = number('--jitter', 0, 10);
    assert.deepEqual(['0', '0.2', '.5', '10'].map(parse), [0, 0.2, 0.5, 10]);
    for (const bad of ['', '.', '10.1', '-1', '1e3', 'x']) {
      assert.throws(() => parse(bad), usage(`--jitter: ${JSON.stringify(bad)} is not a number from 0 to 10`));
    }
  });

  test('durations are in ms unless they say otherwise', () => {
    const parse = duration('--timeout', 1, 86_400_000);
    assert.deepEqual(
      ['5', '100ms', '5s', '1.5S', '2min', '2m', '1h', '3 s'].map(parse),
      [5, 100, 5_000, 1_500, 120_000, 120_000, 3_600_000, 3_000],
    );
    for (const bad of ['0', '25h', '5 parsecs', 's', '', '-5s', '5constructor']) {
      const message = `--timeout: ${JSON.stringify(bad)} is not a time from 1 ms to 24 h`;
      assert.throws(() => parse(bad), usage(message), bad);
    }
    assert.throws(() => duration('--cpu', 0, 600_000)('11min'), usage(/from 0 ms to 10 min$/));
  });

  test('a time to spend says its unit', () => {
    const parse = durationWithUnit('--max-time', 1, 86_400_000);
    assert.deepEqual(['14s', '14ms', '1.5 min'].map(parse), [14_000, 14, 90_000]);
    assert.throws(() => parse('14'), {
      ...usage('--max-time: "14" is not a time with its unit'),
      advice: 'Say 14s for seconds, or 14ms.',
    });
    assert.throws(() => parse('0s'), usage(/is not a time from 1 ms to 24 h$/));
  });

  test('sizes are in bytes unless they say otherwise', () => {
    const parse = byteSize('--payload', 1_073_741_824);
    assert.deepEqual(
      ['0', '512', '4kb', '4KiB', '1.5mb', '1gib', '2k'].map(parse),
      [0, 512, 4_000, 4_096, 1_500_000, 1_073_741_824, 2_000],
    );
    for (const bad of ['2gb', '-1', 'kb', '1tb'])
      assert.throws(() => parse(bad), usage(/is not a size from 0 to/));
  });

  test('names come out in their own order, each known and once', () => {
    const known = ['one', 'two', 'three'] as const;
    const parse = namesOf('--pick', 'number', known);
    assert.deepEqual(parse('three, one'), ['one', 'three']);
    assert.throws(() => parse('one,tow'), {
      ...usage('--pick: there is no number "tow"'),
      advice: 'Did you mean "two"? Known: one, two, three.',
    });
    assert.throws(() => parse('one,one'), usage('--pick: "one" is given twice'));
    assert.throws(() => parse('one,'), usage('--pick: there is no number ""'));
    assert.throws(() => parse(''), usage('--pick: "" is not a list of numbers'));
    assert.deepEqual(namesOrAll('--pick', 'number', known)('all'), known);
  });

  test('base URLs; a password is not repeated', () => {
    const parse = baseUrl('--url');
    assert.equal(parse('http://me:pw@host:80/v1'), 'http://me:pw@host:80/v1');
    assert.throws(() => parse('localhost'), usage('--url: "localhost" is not a URL'));
    assert.throws(() => parse('ftp://me:pw@h'), usage('--url: "ftp://h" is not an http or https URL'));
    assert.throws(
      () => parse('http://me:pw@h/?token=x'),
      usage('--url: "http://h/?token=***" is not a base URL: it has a query or a fragment'),
    );
    assert.throws(() => path('--out')(''), usage('--out: "" is not a path'));
  });

  test('whatever is given is taken or refused as wrong usage', () => {
    const parsers = [
      wholeNumber('--a', 0, 9),
      number('--a', 0, 9),
      duration('--a', 0, 60_000),
      byteSize('--a', 9),
      baseUrl('--a'),
    ];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('constructor', '5__proto__')), (text) => {
        for (const parse of parsers) {
          try {
            assert.ok(Number.isFinite(parse(text)) || typeof parse(text) === 'string');
          } catch (thrown) {
            assert.equal((thrown as { code?: string }).code, 'usage');
          }
        }
      }),
    );
  });
});

test('nearest', () => {
  const known = ['offload+workerpool', 'sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'];
  const cases: readonly (readonly [string, string | null])[] = [
    ['sequental', 'sequential'],
    ['eventloop', 'event-loop'],
    ['evnet-loop', 'event-loop'],
    ['worker', 'worker-pool'],
    ['batched', 'worker-pool-batched'],
    ['pool', 'worker-pool'],
    ['SEQUENTIAL', 'sequential'],
    ['x', null],
    ['', null],
    ['a'.repeat(1_000), null],
  ];
  for (const [word, expected] of cases) assert.equal(nearest(word, known), expected, word);
});

describe('faults', () => {
  const parse = faults('--fault');

  test('a share, and what else the fault takes; what is left out has its default', () => {
    assert.deepEqual(parse('reset:1%, latency:5%:200ms:50ms,error:0.5%:503,bandwidth:2%:4kb,limit:1%'), [
      { fault: 'reset', share: 0.01, value: null, spread: null },
      { fault: 'latency', share: 0.05, value: 200, spread: 50 },
      { fault: 'error', share: 0.005, value: 503, spread: null },
      { fault: 'bandwidth', share: 0.02, value: 4_000, spread: null },
      { fault: 'limit', share: 0.01, value: 256, spread: null },
    ]);
  });

  test('what a command line repeats is read back as the same faults', () => {
    const given = parse('latency:5%:200ms:50ms,error:0.5%:503,slice:3%:10,reset:1%');
    assert.deepEqual(parse(given.map(faultArgument).join(',')), given);
  });

  for (const [text, message] of [
    ['resets:1%', /reset/],
    ['reset', /not a fault/],
    ['reset:1%:5ms', /not a fault/],
    ['reset:200%', /percentage from 0 to 100/],
    ['latency:1%:soon', /not a time/],
    ['error:1%:404', /whole number from 500 to 599/],
    ['reset:1%,reset:2%', /once/],
    ['reset:60%,error:50%', /add up to at most 100%/],
    ['', /./],
  ] as const) {
    test(`${JSON.stringify(text)} is refused as usage`, () => {
      assert.throws(() => parse(text), usage(message));
    });
  }
});
