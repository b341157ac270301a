import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Gate, OPERATORS, parseGate } from '../../../../src/analysis/gates/parse-gate.ts';
import { GATE_METRICS, METRICS } from '../../../../src/analysis/metrics.ts';
import { VARIANT_NAMES } from '../../../../src/core/variants.ts';

function gate(expression: string): Omit<Gate, 'expression'> {
  const parsed = parseGate(expression);
  assert.ok(!('known' in parsed), expression);
  const { expression: kept, ...rest } = parsed;
  assert.equal(kept, expression.trim());
  return rest;
}

function problem(expression: string) {
  const parsed = parseGate(expression);
  assert.ok('known' in parsed, expression);
  return parsed;
}

describe('what is read', () => {
  const cases: readonly (readonly [string, Omit<Gate, 'expression'>])[] = [
    [
      'event-loop.wall > 200ms',
      { variant: 'event-loop', metric: 'wall', operator: '>', unit: 'ms', threshold: 200 },
    ],
    [
      ' worker-pool.speedup<1.5 ',
      { variant: 'worker-pool', metric: 'speedup', operator: '<', unit: '×', threshold: 1.5 },
    ],
    [
      'worker-pool-batched.speedup <= 2x',
      { variant: 'worker-pool-batched', metric: 'speedup', operator: '<=', unit: '×', threshold: 2 },
    ],
    ['any.p99 >= 1.5 s', { variant: 'any', metric: 'p99', operator: '>=', unit: 'ms', threshold: 1_500 }],
    [
      'event-loop.p50 > 800us',
      { variant: 'event-loop', metric: 'p50', operator: '>', unit: 'ms', threshold: 0.8 },
    ],
    [
      'event-loop.response.p999 > 1min',
      { variant: 'event-loop', metric: 'response.p999', operator: '>', unit: 'ms', threshold: 60_000 },
    ],
    [
      'event-loop.throughput < 500/s',
      { variant: 'event-loop', metric: 'throughput', operator: '<', unit: 'jobs/s', threshold: 500 },
    ],
    [
      'any.rss > 200mb',
      { variant: 'any', metric: 'rss', operator: '>', unit: 'bytes', threshold: 200_000_000 },
    ],
    [
      'any.rss > 64MiB',
      { variant: 'any', metric: 'rss', operator: '>', unit: 'bytes', threshold: 67_108_864 },
    ],
    ['any.failed > 0', { variant: 'any', metric: 'failed', operator: '>', unit: 'jobs', threshold: 0 }],
    ['any.failed > .5%', { variant: 'any', metric: 'failed', operator: '>', unit: '%', threshold: 0.5 }],
    ['regression > 3%', { variant: 'any', metric: 'regression', operator: '>', unit: '%', threshold: 3 }],
    [
      'event-loop.regression > 3 %',
      { variant: 'event-loop', metric: 'regression', operator: '>', unit: '%', threshold: 3 },
    ],
    [
      'speedup-loss > 10%',
      { variant: 'any', metric: 'speedup-loss', operator: '>', unit: '%', threshold: 10 },
    ],
  ];
  for (const [expression, expected] of cases) {
    test(expression.trim(), () => assert.deepEqual(gate(expression), expected));
  }

  test('every metric of every variant with every operator', () => {
    const written = { ms: 'ms', '×': 'x', 'jobs/s': '/s', bytes: 'kB', jobs: '' } as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...VARIANT_NAMES, 'any' as const),
        fc.constantFrom(...GATE_METRICS),
        fc.constantFrom(...OPERATORS),
        fc.nat({ max: 1e6 }),
        (variant, metric, operator, value) => {
          const { unit } = METRICS[metric];
          const threshold = unit === 'bytes' ? value * 1_000 : value;
          assert.deepEqual(
            gate(`${variant}.${metric} ${operator} ${value}${written[unit as keyof typeof written]}`),
            {
              ...{ variant, metric, operator, unit, threshold },
            },
          );
        },
      ),
    );
  });
});

describe('what is refused, and why', () => {
  const cases: readonly (readonly [string, RegExp, string | null])[] = [
    ['', /^expected <variant>/, null],
    ['event-loop.wall', /^expected <variant>/, null],
    ['event-loop.wall == 200ms', /^expected <variant>/, null],
    ['event-loop.wall > fast', /^expected <variant>/, null],
    ['event-loop.wall > -5ms', /^expected <variant>/, null],
    ['event-loop.wall > 200', /^200 lacks its unit: us, µs, ms, s, min$/, null],
    ['event-loop.wall > 200MB', /^the unit of wall is us, µs, ms, s, min, not "MB"$/, null],
    ['any.rss > 200', /^200 lacks its unit: kB, MB, GB, KiB, MiB, GiB$/, null],
    ['regression > 3', /^3 lacks its unit: %$/, null],
    ['any.speedup < 3%', /^the unit of speedup is x, ×, a plain number, not "%"$/, null],
    ['any.failed > 3ms', /^the unit of failed is jobs, a plain number, %, not "ms"$/, null],
    ['eventloop.wall > 1s', /^there is no variant "eventloop"$/, 'eventloop'],
    ['event-loop.wal > 1s', /^there is no metric "wal"$/, 'wal'],
    ['regresion > 3%', /^there is no metric "regresion"$/, 'regresion'],
    ['wall > 1s', /^the variant is missing: write event-loop\.wall or any\.wall$/, null],
    ['response.p99 > 1s', /^the variant is missing/, null],
  ];
  for (const [expression, message, word] of cases) {
    test(expression === '' ? 'nothing' : expression, () => {
      const { message: said, word: about, known } = problem(expression);
      assert.match(said, message);
      assert.equal(about, word);
      assert.equal(known.length > 0, word !== null);
    });
  }

  test('whatever else it is given, it gives an answer', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(typeof parseGate(text), 'object');
      }),
    );
  });
});
