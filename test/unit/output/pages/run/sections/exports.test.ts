import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderRunPage } from '../../../../../../src/output/pages/run/page.ts';
import { runView } from '../../../../../../src/output/view/run.ts';
import { realisticFlame, tinyFlame } from '../../../../../fixtures/runs/flames.ts';
import { profiled, record, scheduled } from '../../../../../fixtures/runs/records.ts';
import { assertNames } from '../../../../../support/assert-names.ts';

describe('export commands of a report', () => {
  test('formats that the run has enough for', () => {
    const names = (view: ReturnType<typeof runView>) => view.exports.map(({ name }) => name);
    const timed = names(runView(record(), []));
    for (const name of ['chrome-trace', 'otlp', 'csv-trials', 'csv-jobs']) assert.ok(timed.includes(name));
    for (const name of ['cpuprofile', 'pprof-jobs', 'heapprofile']) assert.ok(!timed.includes(name));
    assert.deepEqual(names(runView(record({ variants: [] }), [])), []);
    const one = names(runView(profiled(), [tinyFlame()]));
    assert.ok(one.includes('folded') && !one.includes('folded-diff') && !one.includes('heapprofile'));
    const two = runView(profiled(), [realisticFlame('event-loop', 0), tinyFlame()]);
    assert.equal(
      two.exports.find(({ name }) => name === 'folded-diff')?.command,
      'threadmill export 20260704T101500Z-k3f9 --format folded-diff --variant event-loop,worker-pool',
    );
  });

  test('an id that is no id is quoted: a copied command runs nothing else', () => {
    const { exports, repeat } = runView(record({ id: '$(touch x); y' }), []);
    assert.equal(exports[0]?.command, "threadmill export '$(touch x); y' --format chrome-trace");
    assert.equal(repeat.at(-1)?.command, "threadmill report '$(touch x); y'");
  });

  test('a run outside the usual folder is named by its own, as it was from where it was made', () => {
    const commandOf = (out: string) => runView(record({ out }), []).exports[1]?.command;
    const id = '20260704T101500Z-k3f9';
    assert.equal(commandOf('profiles'), `threadmill export ${id} --format otlp`);
    assert.equal(commandOf('/runs/'), `threadmill export /runs/${id} --format otlp`);
    assert.equal(commandOf('../my runs'), `threadmill export '../my runs/${id}' --format otlp`);
    assert.equal(commandOf('-runs'), `threadmill export ./-runs/${id} --format otlp`);
    assert.equal(commandOf('/'), `threadmill export /${id} --format otlp`);
  });

  test('the page links run.json and has every command', () => {
    const page = renderRunPage(runView(scheduled(), []));
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
  const page = renderRunPage(runView(point, []));
  assertNames(
    page,
    /<p class="part-of">[^<]*<b>5 ms of CPU, concurrency 16<\/b>[^<]*<a href="\.\.\/\.\.\/report\.html">/,
  );
  assert.match(page, /<code>threadmill report profiles\/sweep-1\/points\/cpu-5_concurrency-16<\/code>/);
  assert.doesNotMatch(renderRunPage(runView(record(), [])), /class="part-of"/);
});
