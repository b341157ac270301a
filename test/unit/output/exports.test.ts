import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LeftOut, PageFile } from '../../../src/core/export-formats.ts';
import { EXPORT_FORMATS } from '../../../src/core/export-formats.ts';
import { EXPORTERS } from '../../../src/output/export/registry.ts';
import { renderReportHtml } from '../../../src/output/pages/run/page.ts';
import { buildReportView } from '../../../src/output/pages/run/view.ts';
import { realisticFlame, tinyFlame } from '../../fixtures/runs/flames.ts';
import { profiled, record, scheduled } from '../../fixtures/runs/records.ts';

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
  test('the summary as the page shows it', () => {
    const { exports, rows, verdict } = buildReportView(record(), []);
    const [summary, ...more] = exports.downloads;
    assert.deepEqual(more, []);
    assert.equal(summary?.fileName, '20260704T101500Z-k3f9.summary.json');
    const said = JSON.parse(JSON.stringify(summary?.content));
    assert.deepEqual(said.variants, JSON.parse(JSON.stringify(rows)));
    assert.equal(said.verdict.headline, verdict.headline);
  });

  test('formats that the run has enough for', () => {
    const names = (view: ReturnType<typeof buildReportView>) => view.exports.formats.map(({ name }) => name);
    assert.deepEqual(names(buildReportView(record(), [])), [
      'chrome-trace',
      'otlp',
      'csv-trials',
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

  test('a run outside the usual folder is named by its own, as it was from where it was made', () => {
    const commandOf = (out: string) => buildReportView(record({ out }), []).exports.formats[1]?.command;
    const id = '20260704T101500Z-k3f9';
    assert.equal(commandOf('profiles'), `threadmill export ${id} --format otlp`);
    assert.equal(commandOf('/tmp/runs/'), `threadmill export /tmp/runs/${id} --format otlp`);
    assert.equal(commandOf('../my runs'), `threadmill export '../my runs/${id}' --format otlp`);
    assert.equal(commandOf('-runs'), `threadmill export ./-runs/${id} --format otlp`);
    assert.equal(commandOf('/'), `threadmill export /${id} --format otlp`);
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
    /A point of a sweep: <b>5 ms of CPU, concurrency 16<\/b>\. <a href="\.\.\/\.\.\/report\.html">/,
  );
  assert.match(page, /<code>threadmill report profiles\/sweep-1\/points\/cpu-5_concurrency-16<\/code>/);
  assert.doesNotMatch(renderReportHtml(buildReportView(record(), [])), /A point of a sweep/);
});

describe('files of other programs in the page', () => {
  const id = '20260704T101500Z-k3f9';
  const packed = { bytes: 1_234, data: 'AAAA' };
  const file = (over: Partial<PageFile>): PageFile => ({
    ...{ format: 'cpuprofile', fileName: `${id}.x`, variants: ['event-loop'], thread: null, content: packed },
    ...over,
  });
  const left = (kind: LeftOut['left'], bytes: number, andMore = false) =>
    file({ content: { left: kind, bytes, andMore } });
  const viewOf = (files: PageFile[]) =>
    buildReportView(profiled(), [tinyFlame()], { files }).exports.formats.find(
      ({ name }) => name === 'cpuprofile',
    );

  test('threads stand with their variant, and what is not there has no button', () => {
    const files = [
      file({ fileName: 'a', thread: 0 }),
      file({ fileName: 'b', thread: 2 }),
      file({ fileName: 'c', thread: 0, variants: ['worker-pool'] }),
      { ...left('large', 9e6, true), thread: 1, variants: ['worker-pool'] as const },
    ];
    const view = viewOf(files);
    assert.deepEqual(view?.groups, [
      {
        variant: 'event-loop',
        files: [
          { fileName: 'a', label: 'main thread', bytes: 1_234 },
          { fileName: 'b', label: 'worker 2', bytes: 1_234 },
        ],
      },
      { variant: 'worker-pool', files: [{ fileName: 'c', label: 'main thread', bytes: 1_234 }] },
    ]);
    assert.equal(
      view?.leftOut,
      '1 of the 4 files is not in the page: too large for the page (more than 9.00 MB).',
    );
    const { exports } = buildReportView(profiled(), [tinyFlame()], { files });
    assert.deepEqual(
      exports.files.map(({ fileName }) => fileName),
      ['a', 'b', 'c'],
    );
  });

  test('one file of all is saved; of several each says what it is of', () => {
    const labels = (files: PageFile[]) =>
      viewOf(files)?.groups.map((group) => group.files.map((each) => each.label));
    assert.deepEqual(labels([file({ variants: ['event-loop', 'worker-pool'] })]), [['Save']]);
    assert.deepEqual(labels([file({}), file({ variants: ['event-loop', 'worker-pool'] })]), [
      ['event-loop', 'event-loop → worker-pool'],
    ]);
  });

  test('why there are none is said, and the command stands there', () => {
    const cases: [PageFile[], string | null][] = [
      [[], null],
      [[left('large', 14e6)], 'Too large for the page (14.0 MB).'],
      [[left('much-to-read', 40e6)], 'Made of more than is read for the page (40.0 MB).'],
      [[left('unreadable', 0)], 'What it is made of can’t be read.'],
      [
        [left('large', 2e6), left('large', 3e6)],
        'None of the 2 files is in the page: too large for the page (up to 3.00 MB).',
      ],
      [
        [file({}), left('large', 2e6), left('unreadable', 0), left('large', 1e6)],
        '3 of the 4 files are not in the page: 2 too large for the page (up to 2.00 MB), 1 what it is made of can’t be read.',
      ],
    ];
    for (const [files, said] of cases) assert.equal(viewOf(files)?.leftOut, said);
    const page = renderReportHtml(
      buildReportView(profiled(), [tinyFlame()], { files: [left('large', 14e6)] }),
    );
    assert.match(
      page,
      /Too large for the page \(14\.0 MB\)\. The command makes it:<\/p><span data-island="copy" data-text="threadmill export 2026/,
    );
  });
});
