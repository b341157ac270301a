import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EXPORTERS } from '../../../src/export/registry.ts';
import { blockLines } from '../../../src/report/csv/blocks.ts';
import { renderReportHtml } from '../../../src/report/html.ts';
import { buildReportView } from '../../../src/report/view-model.ts';
import { EXPORT_FORMATS } from '../../../src/types/export-formats.ts';
import { realisticFlame, tinyFlame } from '../../fixtures/runs/flames.ts';
import { block, profiled, record, scheduled, variant } from '../../fixtures/runs/records.ts';

test('what is known of the formats is what the exporters are', () => {
  const known = Object.values(EXPORT_FORMATS).map(({ name, description, opens, scope, needs }) => [
    ...[name, description, opens],
    ...[scope, needs],
  ]);
  assert.deepEqual(
    EXPORTERS.map(({ name, description, opens, scope, needs }) => [name, description, opens, scope, needs]),
    known,
  );
});

describe('what a report offers to take elsewhere', () => {
  test('the summary as the page shows it, and the rounds as the command would write them', () => {
    const run = record();
    const { exports, rows, verdict } = buildReportView(run, []);
    const [summary, blocks, ...more] = exports.downloads;
    assert.deepEqual(more, []);
    assert.equal(summary?.fileName, '20260704T101500Z-k3f9.summary.json');
    const said = JSON.parse(JSON.stringify(summary?.content));
    assert.deepEqual(said.variants, JSON.parse(JSON.stringify(rows)));
    assert.equal(said.verdict.text, verdict.text);
    assert.equal(blocks?.fileName, '20260704T101500Z-k3f9.blocks.csv');
    assert.equal(blocks?.content, [...blockLines([run])].join(''));
  });

  test('formats that the run has enough for', () => {
    const names = (view: ReturnType<typeof buildReportView>) => view.exports.formats.map(({ name }) => name);
    assert.deepEqual(names(buildReportView(record(), [])), [
      'chrome-trace',
      'otlp',
      'csv-blocks',
      'csv-jobs',
    ]);
    assert.deepEqual(names(buildReportView(record({ variants: [] }), [])), []);
    const one = names(buildReportView(profiled(), [tinyFlame()]));
    assert.ok(one.includes('folded') && !one.includes('folded-diff') && !one.includes('heapprofile'));
    const two = buildReportView(profiled(), [realisticFlame('event-loop', 0), tinyFlame()]);
    assert.equal(
      two.exports.formats.find(({ name }) => name === 'folded-diff')?.command,
      'threadmill export 20260704T101500Z-k3f9 --format folded-diff --variant event-loop,worker-pool',
    );
  });

  test('an id that is no id is quoted: a copied command runs nothing else', () => {
    const { exports, repeat } = buildReportView(record({ id: '$(touch x); y' }), []);
    assert.equal(exports.formats[0]?.command, "threadmill export '$(touch x); y' --format chrome-trace");
    assert.equal(repeat.at(-1)?.command, "threadmill report '$(touch x); y'");
    assert.equal(exports.downloads[0]?.fileName, '_touch_x_y.summary.json');
  });

  test('very many rounds are left to the command', () => {
    const blocks = Array.from({ length: 1_001 }, (_, index) => block({ round: index + 1 }));
    const { exports } = buildReportView(record({ variants: [variant('event-loop', { blocks })] }), []);
    assert.deepEqual(
      exports.downloads.map(({ id }) => id),
      ['summary'],
    );
  });

  test('the page links run.json and has every command', () => {
    const page = renderReportHtml(buildReportView(scheduled(), []));
    assert.match(page, /<a href="\.\/run\.json">/);
    assert.match(
      page,
      /data-island="copy" data-text="threadmill export 20260704T101500Z-k3f9 --format otlp"/,
    );
  });
});

test('a point of a sweep says where it stands, and leads to the whole', () => {
  const point = record({
    sweep: {
      id: 'sweep-1',
      at: [
        { axis: 'cpu', value: 5 },
        { axis: 'concurrency', value: 16 },
      ],
    },
  });
  const page = renderReportHtml(buildReportView(point, []));
  assert.match(
    page,
    /A point of a sweep: <b>5 ms of CPU, 16 in flight<\/b>\. <a href="\.\.\/\.\.\/report\.html">/,
  );
  assert.match(page, /<code>threadmill report profiles\/sweep-1\/points\/cpu-5_concurrency-16<\/code>/);
  assert.doesNotMatch(renderReportHtml(buildReportView(record(), [])), /A point of a sweep/);
});
