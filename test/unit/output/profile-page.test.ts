import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FlameData, ImportedProfile } from '../../../src/core/documents/flame.ts';
import { renderProfilePage } from '../../../src/output/pages/profile/page.ts';
import { profilePageView } from '../../../src/output/pages/profile/view.ts';
import { leadOf } from '../../../src/output/pages/profile/wording.ts';
import { shortPaths } from '../../../src/output/pages/run/view/short-paths.ts';
import { type Call, flame } from '../../fixtures/runs/flames.ts';

const MAPS = { used: 0, outdated: 0 };

function profile(name: string, calls: readonly Call[], over: Partial<ImportedProfile> = {}): ImportedProfile {
  return { flame: flame(name, [[name, ['(root)', 0, calls]]]), maps: MAPS, ...over };
}

/** 10 s, 6 of them idle: parse 3 s, which called sum for 1 s. */
const BEFORE = profile('a.cpuprofile', [
  ['(idle)', 6_000_000],
  ['parseRows', 3_000_000, [['sum', 1_000_000]]],
]);
/** 3 s without idle: parse 1 s, sum 1 s, and 1 s in what A has not. */
const AFTER = profile('b.cpuprofile', [
  ['parseRows', 1_000_000, [['sum', 1_000_000]]],
  ['cache', 1_000_000],
]);

describe('one profile', () => {
  const view = profilePageView([BEFORE], null, 'threadmill report --cpuprofile a.cpuprofile');

  test('its figures', () => {
    const [side] = view.sides;
    assert.deepEqual(
      [side?.durationUs, side?.busyUs, side?.gcUs, side?.samples, side?.intervalUs, side?.jobs],
      [10_000_000, 4_000_000, 0, 10_000, 1_000, null],
    );
    assert.deepEqual(
      side?.functions.map(({ name, self, totalUs }) => [name, self, totalUs]),
      [
        ['parseRows', 3_000_000, 4_000_000],
        ['sum', 1_000_000, 1_000_000],
      ],
    );
    assert.deepEqual(
      side?.kinds.map(({ category, self }) => [category, self]),
      [['user', 4_000_000]],
    );
    assert.equal(view.difference, null);
  });

  test('what is said of it first', () => {
    const { headline, sentences } = leadOf(view);
    assert.equal(headline, 'Busy for 4,000 ms of 10.0 s, 40.0% of the time.');
    assert.match(
      sentences.join(' '),
      /^The largest part of it was in parseRows \(.+\): 3,000 ms of its own, 75\.0%\. The rest/,
    );
  });
});

describe('two profiles', () => {
  test('the difference is of the whole profiles, for nobody knows how much was done in them', () => {
    const view = profilePageView([BEFORE, AFTER], null, '');
    assert.equal(view.difference?.perJob, false);
    assert.deepEqual([view.difference?.totalA, view.difference?.totalB], [4_000_000, 3_000_000]);
    assert.deepEqual(
      view.difference?.rows.slice(0, 2).map(({ name, a, b, change }) => [name, a, b, change]),
      [
        ['parseRows', 3_000_000, 1_000_000, 'shrank'],
        ['cache', 0, 1_000_000, 'added'],
      ],
    );
    assert.equal(
      leadOf(view).headline,
      'b.cpuprofile was busy for 1,000 ms less than a.cpuprofile: 3,000 ms instead of 4,000 ms (−25.0%).',
    );
  });

  test('or per job, if somebody says how many there were', () => {
    const view = profilePageView([BEFORE, AFTER], [100, 25], '');
    assert.deepEqual([view.difference?.totalA, view.difference?.totalB], [40_000, 120_000]);
    assert.match(
      leadOf(view).headline,
      /80\.0 ms per job more than a\.cpuprofile: 120 ms instead of 40\.0 ms/,
    );
    assert.match(
      renderProfilePage(view),
      /a\.cpuprofile ran 100 jobs and b\.cpuprofile 25 jobs, as you said/,
    );
  });

  test('no difference is claimed that sampling alone would make', () => {
    const similar = profile('b', [['parseRows', 3_010_000, [['sum', 990_000]]]]);
    const view = profilePageView([BEFORE, similar], null, '');
    const { headline, sentences } = leadOf(view);
    assert.match(headline, /was busy as long as a\.cpuprofile, as far as samples can tell/);
    assert.match(sentences[0] ?? '', /No function’s own time differs by more than sampling would/);
    const [a, b] = view.sides.map((side) => ({ ...side, name: `${'long/'.repeat(9)}${side.name}` }));
    assert.ok(a !== undefined && b !== undefined);
    assert.match(
      leadOf({ ...view, sides: [a, b] }).headline,
      /^The second profile was busy as long as the first, as far/,
    );
  });
});

describe('paths', () => {
  const at = (...files: string[]): FlameData => ({
    variant: 'x',
    threads: [],
    frames: files.map((file) => ({ name: 'f', file, line: 1, column: 1, category: 'user', package: null })),
  });
  const shown = (...flames: FlameData[]) =>
    shortPaths(flames).map(({ frames }) => frames.map(({ file }) => file));

  test('are relative to the folder that all have in common', () => {
    assert.deepEqual(shown(at('/srv/app/src/a.js', '/srv/app/lib/b.js')), [['src/a.js', 'lib/b.js']]);
    assert.deepEqual(shown(at('/srv/app/a.js')), [['a.js']]);
    assert.deepEqual(shown(at('/srv/app/a.js'), at('/srv/app/a.js', '/srv/b.js')), [
      ['app/a.js'],
      ['app/a.js', 'b.js'],
    ]);
  });

  test('of programs in different places each have a folder of their own', () => {
    assert.deepEqual(
      shown(at('/home/me/app/src/a.js', '/home/me/app/b.js'), at('/ci/app/src/a.js', '/ci/app/b.js')),
      [
        ['src/a.js', 'b.js'],
        ['src/a.js', 'b.js'],
      ],
    );
  });

  test('stay where there is nothing in common, and URLs always do', () => {
    assert.deepEqual(shown(at('/a/x.js', '/b/y.js')), [['/a/x.js', '/b/y.js']]);
    assert.deepEqual(shown(at('https://e.org/x.js', '/srv/y.js')), [['https://e.org/x.js', 'y.js']]);
    assert.deepEqual(shown(at()), [[]]);
  });
});

test('the page is the same for the same files, says what kind it is, and is inert', () => {
  const hostile = '</script><img src=x onerror=alert(1)>';
  const draw = () =>
    renderProfilePage(
      profilePageView([profile(hostile, [[hostile, 5_000]]), AFTER], null, `--cpuprofile ${hostile}`),
    );
  const page = draw();
  assert.equal(draw(), page);
  assert.ok(page.slice(0, 2_048).includes('<meta name="generator" content="Threadmill: profiles">'));
  assert.doesNotMatch(page, /<img/);
  assert.equal(page.split('</script>').length, 3);
});

test('a profile without samples says so', () => {
  const [thread] = BEFORE.flame.threads;
  const counted = { ...BEFORE, flame: { ...BEFORE.flame, threads: [{ ...thread!, samples: 0 }] } };
  const view = profilePageView([counted], null, '');
  assert.equal(view.sides[0]?.intervalUs, null);
  assert.match(renderProfilePage(view), /shared out by hit counts/);
});
