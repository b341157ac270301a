import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TraceEvent } from '../../../../src/output/export/chrome-trace/trace-file.ts';
import { chromeTrace } from '../../../../src/output/export/formats/chrome-trace.ts';
import { csvJobs, csvTrials } from '../../../../src/output/export/formats/csv.ts';
import { otlp } from '../../../../src/output/export/formats/otlp.ts';
import { jobSpans } from '../../../../src/output/export/job-spans.ts';
import type { Selection } from '../../../../src/output/export/plan.ts';
import type { RunSource } from '../../../../src/output/export/run-source.ts';
import { inFlightSteps, queueSteps } from '../../../../src/profile/timeline/steps.ts';
import { anchorNs, exportedText, sourceOf, type TestJob } from '../../../support/export-run.ts';

/** Two jobs that overlap, and one that failed after both. */
const TIMED: readonly TestJob[] = [
  { start: 1_000, end: 5_000, bytes: 12 },
  { start: 2_000, end: 6_000, thread: 1, status: 503, outcome: 'http-error' },
  { start: 6_000, end: 7_000, status: 0, outcome: 'timeout' },
];

/** One request with every phase; the download, as read from other clocks, would reach out of the job. */
const WHOLE: TestJob = {
  ...{ start: 1_000, end: 9_000, thread: 1 },
  trace: {
    ...{ queuedAt: 400, createdAt: 1_100, clientQueue: 100, connectAt: 1_200, dns: 100, tcp: 200, tls: 300 },
    ...{ sentAt: 2_000, send: 50, headersAt: 6_000, wait: 3_950, download: 9_999, requests: 1 },
    ...{ processAt: 8_000, processEndAt: 8_500, process: 500, returnedAt: 9_700 },
  },
};
/** Two requests: only sums are known of their phases. */
const TWICE: TestJob = {
  ...{ start: 2_000, end: 4_000, thread: 1 },
  trace: { queuedAt: 500, createdAt: 2_000, sentAt: 2_100, wait: 1_900, headersAt: 3_000, requests: 2 },
};

const RUN = {
  rounds: { 'worker-pool': [TIMED] },
  traced: { 'worker-pool': [WHOLE, TWICE, { start: 5_000, end: 6_000 }] },
} as const;

async function trialOf(source: RunSource, choice: number | 'traced') {
  const trial = await source.trial('worker-pool', choice);
  assert.ok(trial !== null);
  return trial;
}

describe('phases of a job', () => {
  test('lie in it one after another, at the moments that were noted', async (t) => {
    const source = await sourceOf(t, RUN);
    const [whole, twice, plain] = jobSpans(source, await trialOf(source, 'traced'));
    const from = anchorNs(source.record);
    assert.deepEqual(
      whole!.phases.map(({ name, startNs, endNs }) => [name, startNs - from, endNs - from]),
      [
        ['queue', 1_100, 1_200],
        ['dns', 1_200, 1_300],
        ['tcp', 1_300, 1_500],
        ['tls', 1_500, 1_800],
        ['send', 2_000, 2_050],
        ['wait', 2_050, 6_000],
        // What comes after it was cut off by the end of the job.
        ['download', 6_000, 9_000],
      ],
    );
    assert.equal(whole!.queuedNs! - from, 400);
    assert.equal(whole!.returnedNs! - from, 9_700);
    assert.deepEqual(twice!.phases, [], 'two requests: nobody knows when which phase was');
    assert.deepEqual([plain!.phases, plain!.queuedNs, plain!.returnedNs], [[], null, null]);
  });
});

describe('counts over time', () => {
  test('in flight: up with each start, down with each end, once where both are', async (t) => {
    const source = await sourceOf(t, RUN);
    const from = anchorNs(source.record);
    assert.deepEqual(
      [...inFlightSteps((await trialOf(source, 1)).rows)].map(({ atNs, count }) => [atNs - from, count]),
      [
        [1_000, 1],
        [2_000, 2],
        [5_000, 1],
        [6_000, 1],
        [7_000, 0],
      ],
    );
    const queued = async (choice: number | 'traced') => {
      const { rows, traced } = await trialOf(source, choice);
      return [...queueSteps(rows, traced?.trace ?? null)];
    };
    assert.deepEqual(await queued(1), [], 'nobody looked');
    assert.deepEqual(
      (await queued('traced')).map(({ atNs, count }) => [atNs - from, count]),
      [
        [400, 1],
        [500, 2],
        [1_000, 1],
        [2_000, 0],
      ],
    );
  });
});

describe('chrome-trace', () => {
  const eventsOf = async (source: RunSource, round: number | 'traced' | null = null) =>
    JSON.parse(await exportedText(source, chromeTrace, { round })).traceEvents as TraceEvent[];
  /** `ph name ts`. */
  const shown = (events: readonly TraceEvent[], ph: string) =>
    events.filter((event) => ph.includes(event.ph)).map(({ ph: kind, name, ts }) => `${kind} ${name} ${ts}`);

  test('jobs begin and end on the axis of their trial, which begins at 1 µs', async (t) => {
    const events = await eventsOf(await sourceOf(t, RUN), 1);
    const names = events.filter(({ name }) => name === 'process_name').map(({ args }) => args);
    assert.deepEqual(names, [{ name: 'worker-pool: round 1, jobs' }]);
    const items = events.filter(({ ph }) => ph === 'b').map(({ name }) => name);
    assert.deepEqual(shown(events, 'be'), [
      ...[`b ${items[0]} 1`, `e ${items[0]} 5`],
      ...[`b ${items[1]} 2`, `e ${items[1]} 6`],
      ...[`b ${items[2]} 6`, `e ${items[2]} 7`],
    ]);
    for (const name of items) assert.ok(['list', 'one', 'create', 'delete'].includes(name), name);
    const [first, second, third] = events.filter(({ ph }) => ph === 'b');
    assert.deepEqual(first!.args, {
      ...{ position: 0, item: (first!.args as { item: number }).item, outcome: 'ok', status: 200, bytes: 12 },
    });
    assert.equal((second!.args as { outcome: string }).outcome, 'http-error');
    assert.ok(!('status' in third!.args!), 'there was none');
    assert.notEqual(first!.tid, second!.tid);
    assert.deepEqual(shown(events, 'X'), ['X worker-pool: round 1 1']);
    assert.deepEqual(shown(events, 'sf'), [], 'hand-overs are only known of the traced trial');
  });

  test('of the traced trial, unless told otherwise: phases within jobs, queues before them, messages, GC', async (t) => {
    const events = await eventsOf(await sourceOf(t, RUN));
    const [job] = events.filter(({ ph, args }) => ph === 'b' && args !== undefined);
    const own = events.filter(({ id, cat }) => id === job!.id && cat === 'job');
    assert.deepEqual(
      shown(own, 'be').filter((line) => !/ (?:dns|tcp|tls|send|wait) /.test(line)),
      [
        ...['b queue 1.4', 'e queue 2', `b ${job!.name} 2`, 'b queue 2.1', 'e queue 2.2'],
        ...['b download 7', 'e download 10', `e ${job!.name} 10`],
      ],
    );
    assert.deepEqual(shown(events, 'sf'), [
      ...['s job handed over 1.4', 'f job handed over 2', 's job returned 10', 'f job returned 10.7'],
      ...['s job handed over 1.5', 'f job handed over 3'],
    ]);
    assert.ok(shown(events, 'X').includes('X GC 1.01'));
    assert.deepEqual(
      events.filter(({ name }) => name === 'jobs queued').map(({ ts, args }) => [ts, args]),
      [
        [1.4, { jobs: 1 }],
        [1.5, { jobs: 2 }],
        [2, { jobs: 1 }],
        [3, { jobs: 0 }],
      ],
    );
  });
});

describe('what was profiled and traced in one', () => {
  const run = { ...RUN, profiled: { 'worker-pool': { jobs: [WHOLE], profiles: [] } } } as const;

  test('is what a trace shows; spans have the traced trial, unless told otherwise', async (t) => {
    const source = await sourceOf(t, { ...run, traced: { 'worker-pool': [WHOLE] }, rounds: {} });
    const titles = async (selection: Partial<Selection>) =>
      (JSON.parse(await exportedText(source, chromeTrace, selection)).traceEvents as TraceEvent[])
        .filter(({ name }) => name === 'process_name')
        .map(({ args }) => (args as { name: string }).name);
    assert.deepEqual(await titles({}), ['worker-pool: profiled repetition']);
    assert.deepEqual(await titles({ round: 'traced' }), ['worker-pool: traced trial, jobs']);
    const title = async (selection: Partial<Selection>) =>
      JSON.parse(await exportedText(source, otlp, selection)).resourceSpans[0].scopeSpans[0].spans[0].name;
    assert.match(await title({}), /traced trial/);
    assert.match(await title({ round: 'profiled' }), /profiled repetition/);
  });
});

describe('otlp', () => {
  const requestOf = async (source: RunSource, round: number | 'traced') =>
    JSON.parse(await exportedText(source, otlp, { round }));
  const valuesOf = (attributes: { key: string; value: Record<string, string> }[]) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

  test('a trace for the trial, a span for each job, in wall time to the nanosecond', async (t) => {
    const { resourceSpans } = await requestOf(await sourceOf(t, RUN), 1);
    assert.equal(resourceSpans.length, 1);
    const [{ resource, scopeSpans }] = resourceSpans;
    assert.equal(valuesOf(resource.attributes)['service.name'], 'four-apis');
    assert.equal(scopeSpans[0].scope.name, 'threadmill');
    const [root, ok, failed, timeout] = scopeSpans[0].spans;
    const anchor = BigInt(Date.UTC(2026, 10, 22, 9, 17)) * 1_000_000n;
    assert.equal(root.startTimeUnixNano, String(anchor + 1_000n));
    assert.equal(root.endTimeUnixNano, String(anchor + 7_000n));
    assert.equal(root.parentSpanId, undefined);
    assert.deepEqual(
      [ok.startTimeUnixNano, ok.endTimeUnixNano],
      [String(anchor + 1_000n), String(anchor + 5_000n)],
    );
    for (const span of [ok, failed, timeout]) {
      assert.equal(span.traceId, root.traceId);
      assert.equal(span.parentSpanId, root.spanId);
    }
    assert.deepEqual(
      [ok, failed, timeout].map(({ kind, status }) => [kind, status.code]),
      [
        [3, 0],
        [3, 2],
        [1, 2],
      ],
      'client or internal; unset or error',
    );
    assert.equal(valuesOf(ok.attributes)['http.response.status_code'], '200');
    assert.equal(valuesOf(ok.attributes)['error.type'], undefined);
    assert.equal(valuesOf(failed.attributes)['error.type'], '503');
    assert.equal(valuesOf(timeout.attributes)['error.type'], 'timeout');
    assert.equal(valuesOf(timeout.attributes)['http.response.status_code'], undefined);
  });

  test('phases are children of their job; the queue before it lies beside it', async (t) => {
    const { resourceSpans } = await requestOf(await sourceOf(t, RUN), 'traced');
    const { spans } = resourceSpans[0].scopeSpans[0];
    const [root, queue, job, ...others] = spans;
    assert.equal(queue.name, 'queue');
    assert.equal(queue.parentSpanId, root.spanId);
    assert.equal(queue.endTimeUnixNano, job.startTimeUnixNano);
    const children = others.filter((span: { parentSpanId: string }) => span.parentSpanId === job.spanId);
    assert.deepEqual(
      children.map(({ name }: { name: string }) => name),
      ['queue', 'dns', 'tcp', 'tls', 'send', 'wait', 'download'],
    );
  });

  test('ids have the right length, occur once, and are the same the next time', async (t) => {
    const source = await sourceOf(t, RUN);
    const text = await exportedText(source, otlp);
    assert.equal(await exportedText(source, otlp), text);
    const { spans } = JSON.parse(text).resourceSpans[0].scopeSpans[0];
    const ids = spans.map(({ spanId }: { spanId: string }) => spanId);
    for (const id of ids) assert.match(id, /^[\da-f]{16}$/);
    assert.match(spans[0].traceId, /^[\da-f]{32}$/);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(text.trim().split('\n').length, 1, 'one line, as OTLP files have it');
  });
});

describe('csv', () => {
  const run = {
    rounds: { sequential: [TIMED, TIMED], 'worker-pool': [TIMED, TIMED] },
    traced: { sequential: TIMED },
    names: ['=cmd()', 'a,"b"'],
  } as const;
  /** Cells of these columns; no cell of theirs is quoted. */
  const cells = (text: string, columns: readonly string[]) => {
    const [head = '', ...lines] = text.trimEnd().split('\r\n');
    const places = columns.map((column) => head.split(',').indexOf(column));
    return lines.map((line) => places.map((place) => line.split(',')[place]).join(' '));
  };

  test('trials: all that were timed, or those asked for', async (t) => {
    const source = await sourceOf(t, run);
    const trials = async (selection: Partial<Selection>) =>
      cells(await exportedText(source, csvTrials, selection), ['variant', 'round', 'http_error']);
    assert.deepEqual(await trials({}), [
      ...['sequential 1 1', 'sequential 2 1', 'worker-pool 1 1', 'worker-pool 2 1'],
    ]);
    assert.deepEqual(await trials({ variants: ['worker-pool'], round: 2 }), ['worker-pool 2 1']);
  });

  test('jobs: likewise, with names that no spreadsheet runs', async (t) => {
    const source = await sourceOf(t, run);
    const text = await exportedText(source, csvJobs, { round: 1 });
    assert.deepEqual(cells(text, ['variant', 'round', 'position']), [
      ...['sequential 1 0', 'sequential 1 1', 'sequential 1 2'],
      ...['worker-pool 1 0', 'worker-pool 1 1', 'worker-pool 1 2'],
    ]);
    assert.match(text, /,'=cmd\(\),/);
    assert.match(text, /,"a,""b""",/);
    assert.doesNotMatch(text, /,=/);
  });

  test('the traced trial is none of them', async (t) => {
    const source = await sourceOf(t, run);
    for (const exporter of [csvTrials, csvJobs]) {
      await assert.rejects(exportedText(source, exporter, { round: 'traced' }), { code: 'usage' });
    }
  });
});
