import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks } from '../../../src/output/terminal/bars.ts';
import { wrapText } from '../../../src/output/terminal/style.ts';
import { renderSummary } from '../../../src/output/terminal/summary.ts';
import { realisticFlame } from '../../fixtures/runs/flames.ts';
import { outcomes, profiled, record, scheduled, trial, variant } from '../../fixtures/runs/records.ts';
import { threeWays } from '../../fixtures/runs/timelines.ts';
import { traced, withPool } from '../../fixtures/runs/traces.ts';
import { recordOfWalls } from '../../support/record-of-walls.ts';

const PLAIN = { colour: false, width: 80, reportPath: 'profiles/latest/report.html' };

test('the whole of a good run in 80 columns', () => {
  const text = renderSummary(record({ command: 'bench' }), PLAIN);
  assert.equal(
    text,
    `Use event-loop at 16 in flight: it ran the same 40 jobs 12.4 times as fast as
sequential.

Factor    95% interval 12.2–12.5× over 10 rounds; 331 ms against 4,126 ms at the
          median.
Choice    No difference between event-loop and worker-pool-batched that this run
          could see (it would have seen 7.9%). event-loop is the cheapest of
          them: 1 thread instead of 2, 0.925 ms of CPU for each job instead of
          2.21 ms, 84.3 MB at the peak instead of 169 MB and 21.8 ms to start
          instead of 164 ms. Next is worker-pool, 0.922 times as fast as
          event-loop (95% interval 0.908–0.928×).
Cost      0.925 ms of CPU for each job (sequential 0.925 ms), 84.3 MB at the
          peak (84.3 MB) and 21.8 ms to start (21.8 ms).
Rounds    10 rounds, as asked for. The smallest difference that would have
          shown: 7.9% to 8.5%, depending on the pair.

sequential           ████████████████████████████████████████████████ 4,126 ms
event-loop           ███▉ 331 ms
worker-pool          ████▏ 359 ms
worker-pool-batched  ███▉ 337 ms

variant              threads      wall       quartiles   speedup  95% interval
sequential                 1  4,126 ms  4,098–4,163 ms  baseline             —
event-loop                 1    331 ms      329–334 ms     12.4×    12.2–12.5×
worker-pool                2    359 ms      357–362 ms     11.5×    11.2–11.7×
worker-pool-batched        2    337 ms      334–340 ms     12.3×    12.0–12.5×

variant              jobs/s      CPU  peak RSS  start-up  failed
sequential             9.69  37.0 ms   84.3 MB   21.8 ms       0
event-loop              121  37.0 ms   84.3 MB   21.8 ms       0
worker-pool             111  88.2 ms    169 MB    164 ms       0
worker-pool-batched     119  88.2 ms    169 MB    164 ms       0

variant                  p50     p90  p99     max
sequential           98.2 ms  142 ms    —  171 ms
event-loop           98.2 ms  142 ms    —  171 ms
worker-pool           101 ms  142 ms    —  189 ms
worker-pool-batched   101 ms  142 ms    —  189 ms

Medians of up to 10 rounds; speedup against sequential; MB is 10⁶ bytes.
Closed loop: a stall delays the jobs behind it, and p99 and max count it for
none of them. --rate gives response times as users see them.

Report: profiles/latest/report.html
`,
  );
});

test('on a schedule: response times, and what they are made of', () => {
  const text = renderSummary(scheduled(), PLAIN);
  assert.equal(
    text.slice(text.indexOf('sequential   '), text.indexOf('\n\nReport')),
    `sequential           ████████████████████████████████████████████████ 1,803 ms
event-loop           █ 37.7 ms

variant     threads  response       quartiles   speedup  95% interval
sequential        1  1,803 ms  1,791–1,819 ms  baseline             —
event-loop        1   37.7 ms    37.4–38.0 ms     47.9×    47.4–48.4×

variant     jobs/s      CPU  peak RSS  start-up  failed
sequential    28.1  37.0 ms   84.3 MB   21.8 ms       0
event-loop     200  37.0 ms   84.3 MB   21.8 ms       0

response time       p50       p90  p99       max
sequential     1,810 ms  3,439 ms    —  3,600 ms
event-loop      34.9 ms   66.3 ms    —   96.2 ms

what it is made of  service p50  p99  late p50  p99       max
sequential              98.2 ms    —  1,770 ms    —  3,540 ms
event-loop              98.2 ms    —  0.600 ms    —   2.20 ms

Medians of up to 10 rounds; speedup against sequential; MB is 10⁶ bytes.
Response times count from the moment at which a job was meant to start, service
times from the one at which it did; late is the difference.`,
  );
});

test('80 columns hold everything, also with captures, warnings, a waterfall and hot functions', () => {
  const beside = { flames: [realisticFlame('worker-pool', 2)], timelines: threeWays() };
  for (const run of [profiled(), scheduled()]) {
    for (const line of renderSummary(run, PLAIN, beside).split('\n')) assert.ok(line.length <= 80, line);
  }
});

test('in the order of a report: the verdict, bars, a waterfall, figures, where the wall goes, hot functions', () => {
  const run = profiled();
  const beside = { flames: [realisticFlame('worker-pool', 2)], timelines: threeWays() };
  const text = renderSummary({ ...run, variants: traced(run.variants) }, PLAIN, beside);
  const parts = [
    ...['Use event-loop', '████ 4,126 ms', 'Traced trials', 'jobs/s', 'where the wall goes'],
    ...['hot functions, per job', 'Warning', 'Captures', 'Report:'],
  ];
  const places = parts.map((part) => text.indexOf(part));
  assert.ok(!places.includes(-1), places.join());
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test('where the wall goes, in 80 columns, with what tracing cost', () => {
  const run = record();
  const text = renderSummary({ ...run, variants: traced(run.variants) }, PLAIN);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  const from = text.indexOf('where the wall goes');
  assert.equal(
    text.slice(from, text.indexOf('\n\nReport:')),
    `where the wall goes  your CPU  client     GC  msgs  CPU wait  waiting   idle
sequential               0.3%    0.9%  <0.1%    0%        0%    97.0%   1.8%
event-loop               2.6%    9.0%   0.4%    0%      2.0%    86.0%     0%
worker-pool              0.9%    4.3%   0.2%  1.3%      0.7%    56.7%  35.9%
worker-pool-batched      0.9%    3.3%   0.2%    0%      0.7%    56.7%  38.2%

what is possible        waits      CPU   server     limit  reached    binds
sequential           4,020 ms  36.0 ms  3.60 ms  4,020 ms    97.1%  waiting
event-loop             251 ms  31.0 ms  3.60 ms    251 ms    75.0%  waiting
worker-pool            251 ms  33.0 ms  3.60 ms    251 ms    68.6%  waiting
worker-pool-batched    251 ms  29.0 ms  3.60 ms    251 ms    73.7%  waiting

Shares of wall × threads in a traced trial; traced trials took 1.02 times as
long as plain ones. Limit: the longest of waits, CPU and server under perfect
overlap.`,
  );
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
  assert.match(
    text,
    /^4 of 440 jobs did not end ok \(3 http-error, 1 reset\)\n {2}http-error · status 503: Boom Set-Cookie: x\n {4}in event-loop, 1 of 11 trials\n {4}item 3, orders: GET http:\/\/h\/orders$/m,
  );
  assert.doesNotMatch(text, /jobs-failed|too-few-rounds/, 'told once');
  assert.match(text, /^No comparison: 4 jobs failed\.$/m);
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
  assert.match(
    text,
    /Responses differ: 1 of 120 compared pairs\n {2}worker-pool, round 2, job #5 users\n {4}expected 200 · 1f2e · 120 B\n {4}got {6}200 · 9a0b · 121 B/,
  );
});

test('a run without any figure still says what happened', () => {
  const failure = { code: 'server-start', message: 'The server did not start', advice: 'Look into logs/.' };
  const text = renderSummary(record({ status: 'failed', failure, variants: [] }), {
    ...PLAIN,
    reportPath: null,
  });
  assert.match(text, /^The run failed: The server did not start/);
  assert.match(text, /→ Look into logs\//);
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
  const head = table.findIndex((line) => line.endsWith('95% interval'));
  const [, sequential, loop, pool] = table.slice(head);
  assert.match(`${sequential}`, /baseline +—$/);
  assert.match(`${loop}`, /10\.0× +[\d.]+–[\d.]+×$/);
  assert.match(`${pool}`, /10\.\d× +—$/);
});

test('jobs that failed in warm-up only are no failures of timed trials', () => {
  const warmups = [trial({ round: 0, outcomes: outcomes({ ok: 34, reset: 6 }) })];
  const text = renderSummary(record({ variants: [variant('event-loop', { warmups })] }), PLAIN);
  assert.match(text, /^6 jobs did not end ok in warm-up, none in timed trials$/m);
});
