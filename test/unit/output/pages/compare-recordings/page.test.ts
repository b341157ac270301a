import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderRecordingComparisonMarkdown } from '../../../../../src/output/markdown/recording.ts';
import { renderCompareRecordingsPage } from '../../../../../src/output/pages/compare-recordings/page.ts';
import { renderRecordingComparison as renderForTerminal } from '../../../../../src/output/terminal/recording-comparison.ts';
import {
  compareRecordingsView,
  comparisonJson,
  comparisonLead,
} from '../../../../../src/output/view/compare-recordings.ts';
import { type RecordingView, recordingView } from '../../../../../src/output/view/recording.ts';
import { type Call, flame } from '../../../../fixtures/runs/flames.ts';
import { loadedOf } from '../../../../support/sample-recording.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)>';

function side(name: string, calls: readonly Call[], jobs: number | null = null): RecordingView {
  const drawn = flame(name, [['main', ['(root)', 0, calls]]]);
  return recordingView(loadedOf(drawn, [{}], { name, id: name, command: name }), jobs);
}

/** 10 s, 6 of them idle: parse 3 s, which called sum for 1 s. */
const before = (jobs: number | null = null): RecordingView =>
  side(
    'one',
    [
      ['(idle)', 6_000_000],
      ['parseRows', 3_000_000, [['sum', 1_000_000]]],
    ],
    jobs,
  );
/** 3 s without idle: parse 1 s, sum 1 s, and 1 s in what the other has not. */
const after = (jobs: number | null = null): RecordingView =>
  side(
    'other',
    [
      ['parseRows', 1_000_000, [['sum', 1_000_000]]],
      ['cache', 1_000_000],
    ],
    jobs,
  );

describe('two recordings', () => {
  test('the difference is of the whole recordings: by function, and by thread', () => {
    const comparison = compareRecordingsView(before(), after());
    const { difference, threads } = comparison;
    assert.deepEqual(
      [difference.perJob, difference.totalA, difference.totalB],
      [false, 4_000_000, 3_000_000],
    );
    const changed = [
      ['parseRows', 3_000_000, 1_000_000, 'shrank'],
      ['cache', 0, 1_000_000, 'added'],
    ];
    assert.deepEqual(
      difference.rows.slice(0, 2).map(({ name, a, b, change }) => [name, a, b, change]),
      changed,
    );
    assert.deepEqual(
      threads[0]?.functions.map(({ name, a, b, change }) => [name, a, b, change]),
      changed,
    );
    const json = JSON.parse(JSON.stringify(comparisonJson(comparison)));
    assert.deepEqual([json.beforeMs, json.afterMs, json.functions[0].name], [4_000, 3_000, 'parseRows']);
    assert.equal(json.sentences.length, 2);
  });

  test('per job, if somebody says how many there were', () => {
    const { difference } = compareRecordingsView(before(100), after(25));
    assert.deepEqual([difference.totalA, difference.totalB], [40_000, 120_000]);
  });

  test('a difference that sampling alone would make: none is claimed', () => {
    const similar = side('similar', [['parseRows', 3_010_000, [['sum', 990_000]]]]);
    const { difference } = compareRecordingsView(before(), similar);
    assert.ok(Math.abs(difference.totalB - difference.totalA) <= difference.noise);
    assert.ok(difference.rows.every(({ isNoise }) => isNoise));
  });

  test('threads are matched by process, role and script; one without a match stands alone', () => {
    const drawn = flame('x', [['main', ['(root)', 0, []]]]);
    const view = (threads: Parameters<typeof loadedOf>[1]) => recordingView(loadedOf(drawn, threads));
    const { threads } = compareRecordingsView(
      view([{ busyMs: 5 }, { busyMs: 900, script: 'a.js' }, { busyMs: 300, script: 'b.js' }]),
      view([{ busyMs: 6 }, { busyMs: 400, script: 'b.js' }]),
    );
    assert.deepEqual(
      threads.map(({ sides }) => sides.map((thread) => thread?.busyMs ?? null)),
      [
        [900, null],
        [300, 400],
        [5, 6],
      ],
    );
  });

  test('page, terminal and Markdown: the same for the same recordings, bounded, and inert', () => {
    const draw = () => compareRecordingsView(side(HOSTILE, [[HOSTILE, 5_000_000]]), after());
    const page = renderCompareRecordingsPage(draw(), `threadmill ${HOSTILE}`);
    assert.equal(renderCompareRecordingsPage(draw(), `threadmill ${HOSTILE}`), page);
    assert.ok(page.slice(0, 2_048).includes('<meta name="generator" content="Threadmill: comparison">'));
    assert.doesNotMatch(page, /<img/);
    assert.equal(page.split('</script>').length, 3);
    assert.doesNotMatch(renderRecordingComparisonMarkdown(draw()), /<img/);
    const text = renderForTerminal(draw(), { colour: false, width: 80, details: false });
    assert.ok(text.split('\n').length <= 26, text);
    assert.ok(text.includes(comparisonLead(draw()).sentences[1]!.slice(0, 40)));
  });
});
