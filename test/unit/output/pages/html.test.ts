import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { TAILS_NOTE } from '../../../../src/core/labels.ts';
import { escapeHtml, html, jsonForScript } from '../../../../src/output/markup/markup.ts';
import { withNames } from '../../../../src/output/markup/verdict.ts';
import { renderRunPage } from '../../../../src/output/pages/run/page.ts';
import { runView } from '../../../../src/output/view/run.ts';
import { realisticFlame } from '../../../fixtures/runs/flames.ts';
import {
  hostileFailure,
  outcomes,
  profiled,
  record,
  scheduled,
  trial,
  variant,
} from '../../../fixtures/runs/records.ts';
import { traced, withPool } from '../../../fixtures/runs/traces.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { indexHtml } from '../../../support/index-html.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)>';

test('values are escaped, markup and lists are not escaped twice', () => {
  assert.equal(
    html`<p title="${'"<&\'>'}">${[html`<b>${'<'}</b>`, 1, null]}</p>`.source,
    '<p title="&quot;&lt;&amp;&#39;&gt;"><b>&lt;</b>1</p>',
  );
  assert.equal(escapeHtml('a<b'), 'a&lt;b');
});

test('data in a script element cannot end it', () => {
  const data = { text: `${HOSTILE}<!-- \u2028\u2029 &amp;` };
  const { source } = jsonForScript(data);
  assert.doesNotMatch(source, /[<>&\u2028\u2029]/);
  assert.deepEqual(JSON.parse(source), data);
});

test('a name of a variant with a client has the colour of that variant, not of the one it begins with', () => {
  const { source } = html`${withNames('event-loop is faster than event-loop+fetch')}`;
  const names = [...source.matchAll(/class="v-([^ ]+) inked">([^<]+)</g)].map(([, colour, name]) => [
    colour,
    name,
  ]);
  assert.deepEqual(names, [
    ['event-loop', 'event-loop'],
    ['event-loop+fetch', 'event-loop+fetch'],
  ]);
});

describe('the page', () => {
  const page = renderRunPage(runView(profiled(), [realisticFlame('worker-pool', 2)]));

  test('is the same for the same run', () => {
    assert.equal(renderRunPage(runView(profiled(), [realisticFlame('worker-pool', 2)])), page);
  });

  test('lets nothing be loaded, and runs nothing but its own script', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    assert.match(policy, /default-src &#39;none&#39;/);
    for (const [element, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const inlined = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(inlined).digest('base64');
      assert.ok(policy.includes(`${directive} &#39;sha256-${hash}&#39;`), directive);
    }
    assert.doesNotMatch(page, /\s(?:src|action)=["']?\w/);
    assert.doesNotMatch(page, /<link (?!rel="icon" href="data:,")/);
    assert.doesNotMatch(page, /\sstyle="/);
  });

  test('has its sections in order', () => {
    const ids = [...page.matchAll(/<section id="([a-z]+)"/g)].map((match) => match[1]);
    assert.deepEqual(ids, [
      ...['why', 'summary', 'profiles', 'hot'],
      ...['walls', 'captures', 'exports', 'environment', 'warnings'],
    ]);
    const linked = [...page.matchAll(/<li><a href="#([a-z]+)">/g)].map((match) => match[1]);
    // Once for wide windows, once for narrow ones.
    assert.deepEqual(linked, [...ids, ...ids]);
  });

  test('labels the tails of a closed loop; on a schedule it has response times and what they are made of', () => {
    assertNames(page, TAILS_NOTE.wall);
    const shown = renderRunPage(runView(scheduled(), []));
    assert.ok(!shown.includes(TAILS_NOTE.wall));
    assertNames(shown, TAILS_NOTE.response);
    assert.match(shown, /<th scope="col">mean response<small>/);
    assert.match(shown, /<h2 id="walls-title">Response time /);
    assert.match(
      shown,
      /<th scope="col">response p50<\/th>.*<th scope="col">late p50<\/th>[\s\S]*v-sequential">sequential<\/span><\/th><td>1,810 ms<\/td><td>3,439 ms<\/td><td>—<\/td><td>3,600 ms<\/td><td>98\.2 ms<\/td><td>—<\/td><td>1,770 ms<\/td>/,
    );
    assert.match(shown, /200 jobs\/s, uniform arrivals/);
  });

  test('shows where the wall goes: a bar that adds up, its figures in a table, what tracing cost', () => {
    const run = profiled();
    const shown = renderRunPage(runView({ ...run, variants: traced(run.variants) }, []));
    const section = /<section id="breakdown"[\s\S]*?<\/section>/.exec(shown)?.[0] ?? '';
    const bars = section.split('<div class="bar v-').slice(1);
    assert.equal(bars.length, 4);
    for (const bar of bars) {
      const widths = [...bar.matchAll(/<svg class="part-[a-zA-Z-]+" x="[\d.]+%" y="0" width="([\d.]+)%"/g)];
      const sum = widths.reduce((all, [, width]) => all + Number(width), 0);
      assert.ok(Math.abs(sum - 100) < 0.01, String(sum));
      assert.match(bar, /role="img" aria-label="[a-z-]+: [^"]*waiting \d/);
    }
    assert.match(section, /tracing: 1\.02× as long/);
    assertNames(section, '<details class="behind">');
    assert.match(section, /97\.1% of ideal/);
    assert.match(section, /<th scope="row">download<\/th><td>40<\/td><td>9\.40 ms<\/td>/);
    assert.match(shown, /<svg class="outlier severe"[^>]*>.*?<circle r=/);
  });

  test('says how much CPU threads used that run no JavaScript', () => {
    const run = profiled();
    const shown = renderRunPage(runView({ ...run, variants: withPool(traced(run.variants)) }, []));
    const section = /<section id="breakdown"[\s\S]*?<\/section>/.exec(shown)?.[0] ?? '';
    assert.equal(section.match(/<p class="elsewhere">Other threads: /g)?.length, 2);
    assertNames(
      section,
      /800 ms of 900 ms [^<]*\(88\.9%\) [^<]*libuv[^<]*\(4 threads\)/,
      /0\.100 ms [^<]*libuv[^<]*\(4 threads\), 1\.00 ms [^<]*V8, 0\.100 ms /,
    );
    assertNames(shown, 'UV_THREADPOOL_SIZE');
  });

  test('says of each capture which threads it shows, or why it is not there', () => {
    const section = /<section id="captures"[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';
    const rows = section.split('<tr>').slice(2);
    const row = (name: string) => rows.find((each) => each.includes(`<code>${name}</code>`)) ?? '';
    assert.equal(rows.length, 5);
    assert.match(row('0x'), /<span class="badge main">main thread only/);
    assertNames(row('0x'), '<small class="caveat">');
    assert.ok(!row('0x-threads').includes('caveat'));
    assert.match(row('0x-threads'), /<span class="badge all">all threads/);
    assert.equal(row('0x').match(/<a href="\.\/[a-z-]+\/0x\/flamegraph\.html"/g)?.length, 4);
    assert.match(
      row('0x'),
      /aria-label="0x flamegraph, event-loop">0x flamegraph<\/a><small>[^<]* 3,120 ms, [^<]*\b9 times/,
    );
    assert.equal(row('clinic-doctor').match(/clinic doctor ended without writing its HTML file/g)?.length, 4);
  });
});

test('hostile text is only ever text', () => {
  const errors = [hostileFailure(HOSTILE)];
  const hostile = record({
    id: HOSTILE,
    commandLine: HOSTILE,
    server: { kind: 'external', url: `http://u:secret@h/${HOSTILE}`, ceiling: null, drift: null },
    variants: [
      variant('sequential', {
        trials: [trial({ outcomes: outcomes({ ok: 39, threw: 1 }), errors })],
        state: 'lost',
        lostReason: HOSTILE,
      }),
    ],
    warnings: [{ code: HOSTILE, message: HOSTILE, advice: HOSTILE, variant: null }],
    failure: { code: HOSTILE, message: HOSTILE, advice: HOSTILE },
    status: 'failed',
    equivalence: {
      baseline: 'sequential',
      compared: 1,
      mismatches: 1,
      examples: [
        { variant: 'event-loop', round: 1, position: 0, name: HOSTILE, expected: HOSTILE, actual: HOSTILE },
      ],
    },
  });
  const page = renderRunPage(runView(hostile, []));
  assert.ok(!page.includes('<img'));
  assert.ok(!page.includes('secret'));
  const index = indexHtml([
    { id: HOSTILE, record: hostile, problem: HOSTILE, hasReport: true },
    { id: `${HOSTILE}2`, record: null, problem: HOSTILE, hasReport: false },
  ]);
  assert.ok(!index.includes('<img'));
});

describe('the index', () => {
  const listing = (id: string, createdAt: string) => ({
    id,
    record: record({ id, createdAt }),
    problem: null,
    hasReport: true,
  });

  test('has the newest first, unreadable ones by their id', () => {
    const page = indexHtml([
      listing('20260701T000000Z-aaaa', '2026-07-01T00:00:00.000Z'),
      { id: '20260702T000000Z-bbbb', record: null, problem: 'run.json is cut off', hasReport: false },
      listing('20260703T000000Z-cccc', '2026-07-03T00:00:00.000Z'),
    ]);
    const order = [...page.matchAll(/-(aaaa|bbbb|cccc)\/report|(bbbb)<\/h2>/g)].map(
      (match) => match[1] ?? match[2],
    );
    assert.deepEqual(order, ['cccc', 'bbbb', 'aaaa']);
    assert.match(page, /run\.json is cut off/);
    assert.doesNotMatch(page, /threadmill-data/);
  });

  test('has each variant’s median as a bar and its rounds as dots, those with failures left out', () => {
    const [first, ...others] = record().variants;
    const failing = first!.trials.map((each, i) =>
      i < 4 ? { ...each, outcomes: outcomes({ ok: 39, threw: 1 }) } : each,
    );
    const page = indexHtml([
      {
        ...listing('20260701T000000Z-aaaa', '2026-07-01T00:00:00.000Z'),
        record: record({ variants: [{ ...first!, trials: failing }, ...others] }),
      },
    ]);
    const rows = [
      ...page.matchAll(/<div class="v-([a-z-]+)"[^>]*><svg[^>]*><rect width="(\d+)"[^>]*><path d="([^"]*)"/g),
    ];
    assert.equal(rows.length, 4);
    const dots = rows.map(([, , , path = '']) => path.split('M').length - 1);
    for (const count of dots) assert.ok(count >= 1 && count <= 10, String(count));
    const widths = rows.map(([, , width]) => Number(width));
    assert.ok(Math.max(...widths) <= 1_000 && widths[0]! > widths[1]!, widths.join());
    assert.match(page, /aria-label="median wall: sequential 4,126 ms, event-loop 331 ms,/);
  });

  test('can be filtered by kind once there are many, folds old ones, and lists pages of two runs', () => {
    const many = Array.from({ length: 130 }, (_, i) => {
      const id = `20260701T000${String(i).padStart(3, '0')}Z-aaaa`;
      const run = listing(id, new Date(Date.UTC(2026, 6, 1, 0, 0, i)).toISOString());
      return i % 2 === 0 ? run : { ...run, record: record({ ...run.record, command: 'profile' }) };
    });
    const page = indexHtml(many, [], ['compare-20260701T000001Z-aaaa-20260701T000002Z-bbbb.html']);
    assert.match(page, /value="bench">bench 65<\/label>[\s\S]*value="profile">profile 65<\/label>/);
    assert.match(page, /<summary>30 older<\/summary>/);
    assert.match(page, />20260701T000001Z-aaaa → 20260701T000002Z-bbbb<\/a>/);
    assert.doesNotMatch(indexHtml(many.slice(0, 5)), /<fieldset/);
  });

  test('a completed run with failed jobs is red and in no trend', () => {
    const failed = variant('sequential', { trials: [trial({ outcomes: outcomes({ ok: 38, threw: 2 }) })] });
    const runs = [0, 1, 2].map((i) => listing(`20260701T00000${i}Z-aaaa`, `2026-07-01T00:00:0${i}.000Z`));
    const page = indexHtml([
      { ...runs[0]!, record: record({ ...runs[0]!.record, variants: [failed] }) },
      ...runs.slice(1),
    ]);
    assert.match(page, /<span class="status failed">2 failed jobs<\/span>/);
    assert.doesNotMatch(page, /class="trends"/);
  });

  test('three runs with the same plan have a trend, from the oldest to the newest', () => {
    const runs = [4, 2, 1].map((factor, i) => {
      const run = listing(`20260701T00000${i}Z-aaaa`, `2026-07-01T00:00:0${i}.000Z`);
      const variants = run.record.variants.map((each) => ({
        ...each,
        trials: each.trials.map((trial) => ({ ...trial, wallMs: 100 * factor })),
      }));
      return { ...run, record: record({ ...run.record, variants }) };
    });
    const page = indexHtml(runs);
    assert.match(page, /<td>400 ms<\/td><td>100 ms<\/td><td>−75.0%<\/td>/);
    assert.equal(page.match(/<polyline /g)?.length, runs[0]!.record.variants.length);
    // Work of another size is no part of it.
    const [last] = runs.slice(-1);
    const other = record({ ...last!.record, spec: { ...last!.record.spec, jobs: 7 } });
    assert.doesNotMatch(indexHtml([...runs.slice(0, 2), { ...last!, record: other }]), /class="trends"/);
  });

  test('says what to do where there is no run', () => {
    assertNames(indexHtml([]), 'threadmill bench');
  });
});
