import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatSignedPercent, formatSignedRange } from '../../../../src/analysis/comparison/wording.ts';
import { conclude } from '../../../../src/analysis/gates/conclude.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { TAILS_NOTE } from '../../../../src/core/labels.ts';
import { csvLine } from '../../../../src/output/csv/cell.ts';
import { trialLines } from '../../../../src/output/csv/trials.ts';
import { renderComparisonMarkdown } from '../../../../src/output/markdown/comparison.ts';
import { mdCode, mdTable, mdText } from '../../../../src/output/markdown/markup.ts';
import { renderRunMarkdown } from '../../../../src/output/markdown/run.ts';
import { renderRunPage } from '../../../../src/output/pages/run/page.ts';
import { renderComparison } from '../../../../src/output/terminal/compare.ts';
import { runView } from '../../../../src/output/view/run.ts';
import { record } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { gateOf } from '../../../support/gates.ts';
import { recordOfWalls, steady, withCpu } from '../../../support/record-of-walls.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';
const walls = {
  sequential: steady(1_449),
  'event-loop': steady(130),
  'worker-pool': steady(132),
  'worker-pool-batched': steady(132),
};
const before = recordOfWalls(walls);

function after(over: Partial<RunRecord> = {}): RunRecord {
  return recordOfWalls(
    { ...walls, 'event-loop': steady(138.3), 'worker-pool': [300, 301], 'worker-pool-batched': steady(60) },
    over,
  );
}

const GATES = ['regression > 3%', 'any.wall > 2s', 'event-loop.p99 > 50ms', 'any.rss > 100MB'].map(gateOf);

describe('a comparison on a terminal', () => {
  const { environment } = record();
  const { comparison, gates } = conclude(
    after({ environment: { ...environment, node: `v24 ${'with a long name '.repeat(5)}` } }),
    before,
    GATES,
  );
  const text = renderComparison(comparison!, gates, { colour: false, width: 80, details: true });

  test('says what differs before any figure, and the worst first', () => {
    const order = [
      'These differ',
      'event-loop is slower',
      'is\nfaster',
      'no difference: sequential',
      'inconclusive: worker-pool',
      '\ntime ',
    ];
    const places = order.map((part) => text.indexOf(part));
    assert.ok(
      places.every((place) => place >= 0),
      text,
    );
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
  });

  test('fits 80 columns', () => {
    for (const line of text.split('\n')) assert.ok(line.length <= 80, `${line.length}: ${line}`);
  });

  test('has each gate with its outcome', () => {
    assert.match(text, /^✗ regression > 3% – failed: event-loop 6\.4% \(9\d/m);
    assert.match(text, /^\? any\.wall > 2s – inconclusive: worker-pool /m);
    assert.match(text, /^\? event-loop\.p99 > 50ms – inconclusive: event-loop: too few jobs/m);
    assert.match(text, /^✓ any\.rss > 100MB – passed: sequential 84\.3 MB, /m);
  });
});

describe('CPU per job', () => {
  const cpu = (scale: number) => withCpu(steady(130), steady(40 * scale));
  const one = recordOfWalls({ ...walls, 'event-loop': cpu(1) });
  const two = recordOfWalls({ ...walls, 'event-loop': cpu(1.064) });
  const { comparison } = conclude(two, one, []);

  test('has its sentence and its table, in the terminal, the page and Markdown', () => {
    const claim = /event-loop [^<\n]*CPU per job: \+6\.4%/;
    const text = renderComparison(comparison!, [], { colour: false, width: 80, details: true });
    assertNames(text, claim);
    assert.match(text, /^CPU per job +before +after +change +95% CI +difference$/m);
    assert.match(text, /^event-loop +1\.00 ms +1\.06 ms +\+6\.4% .* more$/m);
    assert.match(
      renderComparisonMarkdown(comparison!, []),
      /^\| event-loop \| 1\.00 ms .* \| \*\*more\*\* \|$/m,
    );
    const page = renderRunPage(runView({ ...two, comparedWith: comparison }, []));
    assertNames(page, claim);
    assert.match(page, /<caption>CPU per job, [\s\S]*?<td><b class="bad">more<\/b><\/td>/);
  });

  test('busy machine: times are inconclusive for one reason, CPU is judged all the same, low confidence', () => {
    const busy = { machineLoad: { othersShare: 0.8, stealShare: 0.03 } };
    const { comparison: crowded } = conclude({ ...two, ...busy }, { ...one, ...busy }, []);
    const text = renderComparison(crowded!, [], { colour: false, width: 200, details: true });
    const { conclusion, confidence } = crowded!.verdict;
    assert.equal(conclusion, 'regression');
    assert.deepEqual(confidence, { level: 'low', reasons: ['machine-busy'], doubt: 'busy machine' });
    assert.ok(crowded!.variants.every(({ change }) => change.reason === 'machine-busy'));
    assert.deepEqual(
      crowded!.variants.map((each) => each.cpu.change.verdict),
      ['no-difference', 'increased', 'no-difference', 'no-difference'],
    );
    assert.match(text, /^! .*83\.0% \(run before\)/m);
  });
});

describe('a comparison in the report', () => {
  const { environment } = record();
  const { comparison, gates } = conclude(
    after({ environment: { ...environment, node: HOSTILE } }),
    before,
    GATES,
  );
  const page = renderRunPage(runView({ ...after(), comparedWith: comparison, gates: [...gates] }, []));
  const section = /<section id="changes"[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';

  test('stands after the summary: what differs around the runs, then what can be said, then the figures', () => {
    assert.match(page, /<section id="summary"[\s\S]*?<\/section>\s*<section id="changes"/);
    const order = [
      'These differ between the runs',
      'event-loop is slower: +6.4%',
      'Wall time, median',
      'Speedup, paired',
    ];
    const places = order.map((part) => section.indexOf(part));
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? 0)),
      `${places}`,
    );
    assert.match(
      section,
      /event-loop<\/span><\/th><td>130 ms<small>[\d.–]+ ms<\/small><\/td><td>138 ms<small>[\s\S]*?<b>\+6\.4%<\/b><small>9\d(\.\d)?% CI \+/,
    );
    assert.match(section, /<td><b class="bad">slower<\/b><\/td>/);
    assert.match(section, /inconclusive<small class="reason">too few rounds \(\d+ before, 2 after\)/);
  });

  test('each gate passed, failed, or is inconclusive', () => {
    assert.match(
      section,
      /<li class="failed"><span class="gate-mark">failed<\/span><p>fail if <code>regression &gt; 3%<\/code>: failed: event-loop 6\.4%/,
    );
    assert.match(
      section,
      /<li class="passed"><span class="gate-mark">passed<\/span><p>fail if <code>any\.rss &gt; 100MB/,
    );
    assert.match(section, /<li class="inconclusive"><span class="gate-mark">inconclusive<\/span>/);
  });

  test('text from outside is only text; a run without either has no such section', () => {
    assert.ok(section.includes('&lt;img') && !page.includes('<img'));
    assert.doesNotMatch(renderRunPage(runView(before, [])), /id="changes"/);
    const gated = renderRunPage(runView({ ...before, gates: [...gates] }, []));
    assert.match(gated, /<h2 id="changes-title">Gates<\/h2>/);
  });
});

describe('Markdown', () => {
  test('a comparison: what can be said, then tables, then gates', () => {
    const { comparison, gates } = conclude(after(), before, GATES);
    const text = renderComparisonMarkdown(comparison!, gates);
    assert.match(text, /^\*\*event-loop is slower: \+6\.4% /);
    assert.match(text, /^\| event-loop \| 130 ms \([\d.]+–[\d.]+ ms\) \| 138 ms .* \| \*\*slower\*\* \|$/m);
    assert.deepEqual(comparison!.differences, []);
    assert.match(text, /^- ✗ `regression > 3%`: failed: event-loop 6\.4%/m);
  });

  test('a run: verdict, table, what it is compared with', () => {
    const { comparison, gates } = conclude(after(), before, GATES);
    const plain = renderRunMarkdown(before);
    assert.doesNotMatch(plain, /Compared with/);
    const text = renderRunMarkdown({ ...after(), comparedWith: comparison, gates: [...gates] });
    assert.match(text, /^\| variant \| time \| quartiles \| speedup \|/m);
    assert.match(text, /^#### Compared with an earlier run$/m);
    assert.match(text, /^- ✗ `regression > 3%`/m);
  });

  test('a run: its tails are said to be of a closed loop', () => {
    assertNames(renderRunMarkdown(before), TAILS_NOTE.wall);
    assert.match(renderRunMarkdown({ ...before, spec: { ...before.spec, jobs: 1 } }), /: `[^`]+`, 1 job, /);
  });

  test('a run on a schedule: percentiles are those of the response times, and say so', () => {
    const { spec } = before;
    const responses = { p50: 41.5, p90: 80, p99: 97.5, p999: null, max: 110 };
    const open = {
      responseMs: responses,
      meanResponseMs: { estimate: 45, low: 44, high: 46, method: 'median-quartiles', level: null },
      latenessMs: responses,
      offeredPerSecond: 100,
      achievedPerSecond: 100,
    } as const;
    const variants = before.variants.map((each) => ({ ...each, summary: { ...each.summary!, open } }));
    const load = { kind: 'open', rate: 100, arrivals: 'uniform' } as const;
    const text = renderRunMarkdown({ ...before, variants, spec: { ...spec, load } });
    assert.match(text, /^\| variant \| mean response \| quartiles \|.*\| response p50 \| response p99 \|/m);
    assert.match(text, /^\| event-loop \| 45\.0 ms \|.*\| 41\.5 ms \| 97\.5 ms \|/m);
    assertNames(text, TAILS_NOTE.response);
  });

  test('text from outside is no markup, no cell and no mention', () => {
    assert.equal(
      mdText('a|b <b>*x*</b> [l](u) _y_ `c`\nd'),
      'a\\|b &lt;b&gt;\\*x\\*&lt;/b&gt; \\[l\\](u) \\_y\\_ \\`c\\` d',
    );
    assert.equal(mdCode('@me | #1'), '`@me | #1`');
    assert.match(mdTable(['a'], [[mdCode('x|y')], [mdText('x|y')]]), /^\| `x\\\|y` \|\n\| x\\\|y \|$/m);
    assert.equal(mdCode('a `b` ``c``'), '``` a `b` ``c`` ```');
    const { environment } = record();
    const evil = after({ environment: { ...environment, cpuModel: '<img src=x> | @everyone' } });
    const text = renderComparisonMarkdown(conclude(evil, before, []).comparison!, []);
    assert.match(text, /- CPU: `Example CPU @ 3\.00GHz` → `<img src=x> \| @everyone`/);
  });
});

describe('CSV', () => {
  test('quotes what needs it, leaves numbers alone, and defuses formulas', () => {
    assert.equal(
      csvLine(['a', 'b,c', 'd"e', 'f\ng', -1.5, null, true]),
      'a,"b,c","d""e","f\ng",-1.5,,true\r\n',
    );
    assert.equal(csvLine(['=1+1', '+x', '-x', '@x', '\tx']), "'=1+1,'+x,'-x,'@x,'\tx\r\n");
    assert.equal(csvLine(['=HYPERLINK("x","y")']), '"\'=HYPERLINK(""x"",""y"")"\r\n');
  });

  test('one line for each trial, all of them as wide as the head', () => {
    const aa = { arm: before.variants[0]!, comparison: null };
    const lines = [...trialLines([before, { ...before, aa }])];
    assert.equal(lines.length, 1 + 2 * 4 * 8 + 8);
    const width = lines[0]!.split(',').length;
    assert.ok(lines.every((line) => line.split(',').length === width));
    assert.match(lines.at(-1)!, /^20260704T101500Z-k3f9,aa,8,/);
  });
});

describe('percentages of changes', () => {
  test('keep their sign, and as many digits as mean something', () => {
    const shown = [0, 0.004, -0.004, 0.07, -0.312, 0.999, 5.04, -54.53, 128.4, 4_321].map(
      formatSignedPercent,
    );
    assert.deepEqual(shown, [
      '0%',
      '0%',
      '0%',
      '+0.07%',
      '−0.31%',
      '+1.0%',
      '+5.0%',
      '−54.5%',
      '+128%',
      '+4,321%',
    ]);
    assert.equal(formatSignedPercent(null), '—');
    assert.equal(formatSignedRange(-0.4, 0.5), '−0.40 to +0.50%');
  });
});
