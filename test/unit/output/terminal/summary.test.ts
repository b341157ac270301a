import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks } from '../../../../src/output/terminal/bars.ts';
import { wrapText } from '../../../../src/output/terminal/style.ts';
import { renderSummary } from '../../../../src/output/terminal/summary.ts';
import { realisticFlame } from '../../../fixtures/runs/flames.ts';
import { outcomes, profiled, record, scheduled, trial, variant } from '../../../fixtures/runs/records.ts';
import { threeWays } from '../../../fixtures/runs/timelines.ts';
import { traced, withPool } from '../../../fixtures/runs/traces.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { assertGolden } from '../../../support/golden.ts';
import { recordOfWalls } from '../../../support/record-of-walls.ts';

const PLAIN = { colour: false, width: 80, reportPath: 'profiles/latest/report.html', details: true };

test('the whole of a good run in 80 columns', () => {
  const text = renderSummary(record({ command: 'bench' }), PLAIN);
  assertGolden('terminal-run.txt', text);
});

test('on a schedule: response times, and what they are made of', () => {
  const text = renderSummary(scheduled(), PLAIN);
  assertGolden('terminal-schedule.txt', text);
});

test('80 columns hold everything, also with captures, warnings, a waterfall and hot functions', () => {
  const beside = { flames: [realisticFlame('worker-pool', 2)], timelines: threeWays() };
  for (const run of [profiled(), scheduled()]) {
    for (const line of renderSummary(run, PLAIN, beside).split('\n')) assert.ok(line.length <= 80, line);
  }
});

test('in the order of a report: the verdict, bars, a waterfall, figures, where the time goes, hot functions', () => {
  const run = profiled();
  const beside = { flames: [realisticFlame('worker-pool', 2)], timelines: threeWays() };
  const text = renderSummary({ ...run, variants: traced(run.variants) }, PLAIN, beside);
  const parts = [
    ...['Use event-loop', '████ 4,126 ms', 'jobs/s', 'where the time goes'],
    ...['hot functions, per job', 'Warning', 'Captures', 'Report:'],
  ];
  const places = parts.map((part) => text.indexOf(part));
  assert.ok(!places.includes(-1), places.join());
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test('where the time goes, in 80 columns, with what tracing cost', () => {
  const run = record();
  const text = renderSummary({ ...run, variants: traced(run.variants) }, PLAIN);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  const from = text.indexOf('where the time goes');
  assertGolden('terminal-breakdown.txt', text.slice(from, text.indexOf('\n\nReport:')));
});

test('CPU in threads that run no JavaScript: a table of the variants for which it matters, in 80 columns', () => {
  const run = record();
  const text = renderSummary({ ...run, variants: withPool(traced(run.variants)) }, PLAIN);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  const from = text.indexOf('CPU of other threads');
  assert.equal(
    text.slice(from, text.indexOf('\n\nReport:')),
    `CPU of other threads  libuv’s pool  its threads       V8  others  process
event-loop                  800 ms            4  20.0 ms    0 ms   900 ms
worker-pool                      —            —        —  820 ms   900 ms`,
  );
});

test('p99.9 has a column only where there is one', () => {
  assert.doesNotMatch(renderSummary(record(), PLAIN), /p99\.9/);
  const [first, ...others] = record().variants;
  assert.ok(first?.summary);
  const latencyMs = { ...first.summary.latencyMs, p999: 169 };
  const many = { ...first, summary: { ...first.summary, latencyMs } };
  assert.match(renderSummary(record({ variants: [many, ...others] }), PLAIN), /p99 +p99\.9 +max/);
});

test('a wide terminal gets one table', () => {
  const text = renderSummary(record(), { ...PLAIN, width: 200 });
  assert.match(text, /^variant +threads .* p50 +p90 +p99 +max$/m);
});

test('colour only where asked for', () => {
  const colourless = renderSummary(profiled(), PLAIN);
  assert.ok(!colourless.includes('\u001b'));
  const coloured = renderSummary(profiled(), { ...PLAIN, colour: true });
  assert.ok(coloured.includes('\u001b['));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: takes the colours out again
  assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), colourless);
});

test('failures by outcome, with what the server said and nothing that moves the cursor', () => {
  const message = 'Boom \u001b[2J\u001b[31m\r\nSet-Cookie: x \u0007';
  const failing = variant('event-loop', {
    trials: [
      trial({
        outcomes: outcomes({ ok: 36, 'http-error': 3, reset: 1 }),
        errors: [
          {
            ...{ position: 7, item: 3, name: 'orders\u001b[1A', input: 'GET http://h/orders' },
            ...{ outcome: 'http-error', status: 503, code: null, message },
          },
        ],
      }),
    ],
    summary: null,
  });
  const text = renderSummary(record({ variants: [variant('sequential'), failing] }), PLAIN);
  assert.ok(!text.includes('\u001b') && !text.includes('\r') && !text.includes('\u0007'));
  assertNames(
    text,
    /^4 of 440 jobs .*\(3 http-error, 1 reset\)$/m,
    /^ {2}http-error · status 503: Boom Set-Cookie: x$/m,
    /^ {4}in event-loop, 1 of 11 trials$/m,
    /^ {4}item 3, orders: GET http:\/\/h\/orders$/m,
  );
  assert.doesNotMatch(text, /jobs-failed|too-few-rounds/, 'told once');
  assert.match(text, /^No comparison: 4 jobs .*event-loop/m);
});

test('a mismatch is named', () => {
  const examples = [
    {
      variant: 'worker-pool' as const,
      round: 2,
      position: 5,
      name: 'users',
      expected: '200 · 1f2e · 120 B',
      actual: '200 · 9a0b · 121 B',
    },
  ];
  const text = renderSummary(
    record({ equivalence: { baseline: 'sequential', compared: 120, mismatches: 1, examples } }),
    PLAIN,
  );
  assertNames(
    text,
    '1 of 120',
    /^ {2}worker-pool, round 2, job #5 users\n {4}\w+ +200 · 1f2e · 120 B\n {4}\w+ +200 · 9a0b · 121 B$/m,
  );
});

test('a run without any figure still says what happened', () => {
  const failure = { code: 'server-start', message: 'The server did not start', advice: 'Look into logs/.' };
  const text = renderSummary(record({ status: 'failed', failure, variants: [] }), {
    ...PLAIN,
    reportPath: null,
  });
  assertNames(text, failure.message, failure.advice);
  assert.ok(!text.includes('Report:'));
});

test('bars have eighths, and never vanish', () => {
  assert.equal(blocks(2.5), '██▌');
  assert.equal(blocks(0), '▏');
});

test('a figure keeps its unit', () => {
  assert.deepEqual(wrapText('after 251 ms', 9), ['after', '251 ms']);
});

test('text is broken at spaces; later lines hang', () => {
  assert.deepEqual(wrapText('aa bb cc', 5, '', ' '), ['aa bb', ' cc']);
  assert.deepEqual(wrapText('/a/very/long/path x', 6), ['/a/very/long/path', 'x']);
});

test('where some variant has too few rounds for an interval, its quartiles do not pass for one', () => {
  const walls = Array.from({ length: 10 }, (_, index) => 100 + ((index * 7) % 10) / 10);
  const run = recordOfWalls({
    sequential: walls.map((wall) => 10 * wall),
    'event-loop': walls,
    'worker-pool': walls.slice(0, 3),
  });
  const table = renderSummary(run, PLAIN).split('\n');
  const head = table.findIndex((line) => line.endsWith('95% CI'));
  const [, sequential, loop, pool] = table.slice(head);
  assert.match(`${sequential}`, /baseline +—$/);
  assert.match(`${loop}`, /10\.0× +[\d.]+–[\d.]+×$/);
  assert.match(`${pool}`, /10\.\d× +—$/);
});

test('jobs that failed in warm-up only are no failures of timed trials', () => {
  const warmups = [trial({ round: 0, outcomes: outcomes({ ok: 34, reset: 6 }) })];
  const text = renderSummary(record({ variants: [variant('event-loop', { warmups })] }), PLAIN);
  assert.match(text, /^6 jobs .*warm-up/m);
});
