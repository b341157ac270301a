import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { conclude } from '../../src/analysis/gates/conclude.ts';
import { analyseSweep } from '../../src/analysis/sweep/analyse.ts';
import { refuseUnlike } from '../../src/cli/earlier-run.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { importProfiles } from '../../src/orchestrator/captures/imported-profile.ts';
import { trialLines } from '../../src/output/csv/trials.ts';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { RunSource } from '../../src/output/export/run-source.ts';
import { renderComparisonMarkdown } from '../../src/output/markdown/comparison.ts';
import { renderRunMarkdown } from '../../src/output/markdown/run.ts';
import { loadCompare } from '../../src/output/pages/compare/load.ts';
import { renderComparePage } from '../../src/output/pages/compare/page.ts';
import { renderCompareRecordingsPage } from '../../src/output/pages/compare-recordings/page.ts';
import { renderIndexPage } from '../../src/output/pages/index/page.ts';
import { renderRecordingPage } from '../../src/output/pages/recording/page.ts';
import { loadRun } from '../../src/output/pages/run/load.ts';
import { renderSweepPage } from '../../src/output/pages/sweep/page.ts';
import { renderComparison } from '../../src/output/terminal/compare.ts';
import { renderSummary } from '../../src/output/terminal/summary.ts';
import { renderSweepSummary } from '../../src/output/terminal/sweep-summary.ts';
import { compareView } from '../../src/output/view/compare.ts';
import { compareRecordingsView } from '../../src/output/view/compare-recordings.ts';
import { indexView, runEntry, sweepEntry } from '../../src/output/view/index.ts';
import { recordingView } from '../../src/output/view/recording.ts';
import { sweepView } from '../../src/output/view/sweep.ts';
import { listRuns } from '../../src/store/list-folders.ts';
import type { RunFolder } from '../../src/store/run-folder.ts';
import { SweepFolder } from '../../src/store/sweep-folder.ts';
import { drawn } from '../support/drawn.ts';
import { exported } from '../support/export-run.ts';
import { Mutator } from '../support/mutate.ts';
import { runPage } from '../support/run-page.ts';
import { crossoverSweep, scalingSweep } from '../support/sample-sweep.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type WholeRun, writeWholeRun } from '../support/whole-run.ts';

/**
 * Records and files of runs, changed at random, are drawn and written in every way. `THREADMILL_FUZZ=60` goes on for a
 * minute of CPU time in each test, with another seed each time; `THREADMILL_FUZZ_SEED=<n>` repeats one.
 */
const CPU_SECONDS = Number(process.env.THREADMILL_FUZZ ?? 0.5);
/** In CI always the same: a change is not to be refused for what it has nothing to do with. */
const SEED = Number(
  process.env.THREADMILL_FUZZ_SEED ?? (process.env.CI === undefined ? Date.now() % 1_000_000_000 : 1),
);
const WIDE = { colour: false, width: 100, reportPath: null, details: true };

/** Calls until so much CPU time is gone, at least once, with what chooses by the seed and the turn. */
async function fuzz(t: TestContext, attempt: (mutator: Mutator) => Promise<void>): Promise<void> {
  t.diagnostic(`seed ${SEED}`);
  const startedUs = process.cpuUsage().user;
  let turn = 0;
  do {
    const seed = SEED + turn;
    try {
      await attempt(new Mutator(createRandom(seed)));
    } catch (error) {
      throw new Error(`THREADMILL_FUZZ_SEED=${seed} repeats it: ${inspect(error)}`);
    }
    turn++;
  } while (process.cpuUsage().user - startedUs < CPU_SECONDS * 1e6);
  t.diagnostic(`${turn} turns`);
}

async function drawRun({ folder, record: before, gates }: WholeRun): Promise<void> {
  // A record that is refused is refused everywhere, by the same few lines.
  if (!(await drawn('report', () => runPage(folder.dir)))) return;
  await drawn('index', async () =>
    renderIndexPage(indexView({ runs: await listRuns(folder.outDir, runEntry) })),
  );
  await drawn('terminal', async () => {
    const { record, flames, found } = await loadRun(folder.dir);
    return renderSummary(record, WIDE, { ...found, flames });
  });
  await drawn('markdown', async () => renderRunMarkdown(await folder.readRecord()));
  for (const exporter of EXPORTERS) {
    await drawn(exporter.name, async () => {
      const variants = exporter.scope === 'pair' ? (['sequential', 'event-loop'] as const) : null;
      const files = await exported(await RunSource.open(folder), exporter, { variants });
      const texts = exporter.binary ? [] : [...files.values()].map(String);
      if (/json|trace|speedscope|otlp|profile/.test(exporter.name))
        for (const text of texts) JSON.parse(text);
      return texts.join('\n');
    });
  }
  for (const turned of [false, true]) await compared(folder, before, gates, turned);
}

/** With the run as it was, before or after it. */
async function compared(
  folder: RunFolder,
  original: WholeRun['record'],
  gates: WholeRun['gates'],
  turned: boolean,
): Promise<void> {
  const given = async () => {
    const other = { ...original, id: 'other', spec: { ...original.spec, runId: 'other' } };
    const changed = await folder.readRecord();
    const [before, after] = turned ? [changed, other] : [other, changed];
    refuseUnlike(before, after, '');
    return { before, after };
  };
  await drawn('compare', async () => {
    const { before, after } = await given();
    const { comparison, gates: results } = conclude(after, before, gates);
    const lines = [...trialLines([before, after])].join('');
    return `${renderComparison(comparison!, results, WIDE)}${renderComparisonMarkdown(comparison!, results)}${lines}`;
  });
  await drawn('compare page', async () => {
    const { before, after } = await given();
    const side = (record: WholeRun['record']) => ({ record, dir: folder.dir, report: null });
    return renderComparePage(compareView(...(await loadCompare(side(before), side(after)))));
  });
}

for (const kind of ['sound', 'open', 'failing'] as const) {
  test(`a ${kind} run, its record and its files changed at random: nothing but clear errors and numbers`, async (t) => {
    const run = await writeWholeRun(t, kind);
    const original = new Map<string, Buffer>();
    for (const file of ['run.json', ...run.sidecars])
      original.set(file, await readFile(run.folder.path(file)));
    assert.ok(await drawn('report', () => runPage(run.folder.dir)), 'as it is, it is drawn');
    await drawRun(run);
    await fuzz(t, async (mutator) => {
      // The record, most often: it has the most to get wrong.
      const file = mutator.below(3) > 0 ? 'run.json' : mutator.one(run.sidecars);
      const content = original.get(file)!;
      const isJson = !file.endsWith('.bin') && mutator.below(10) > 0;
      await writeFile(run.folder.path(file), isJson ? mutator.json(String(content)) : mutator.bytes(content));
      await drawRun(run);
      await writeFile(run.folder.path(file), content);
    });
  });
}

test('a sweep, its record changed at random: nothing but clear errors and numbers', async (t) => {
  const folder = await SweepFolder.create(await temporaryFolder(t), '20261122T091700Z-aaaa');
  const crossover = crossoverSweep();
  const sweeps = [scalingSweep(), { ...crossover, analysis: analyseSweep(crossover) }];
  const texts = sweeps.map((record) => JSON.stringify(record));
  await fuzz(t, async (mutator) => {
    await writeFile(folder.path('sweep.json'), mutator.json(mutator.one(texts)));
    const record = () => folder.readRecord();
    if (!(await drawn('report', async () => renderSweepPage(sweepView(await record()))))) return;
    await drawn('terminal', async () => renderSweepSummary(await record(), WIDE));
    await drawn('index', async () => {
      const listing = { id: folder.id, record: await record(), problem: null, hasReport: true };
      return renderIndexPage(indexView({ sweeps: [sweepEntry(listing)] }));
    });
  });
});

test('profiles, changed at random: nothing but clear errors and numbers', async (t) => {
  const { folder } = await writeWholeRun(t, 'sound');
  const whole = folder.path('event-loop', 'threads', 'thread-0.cpuprofile');
  const content = await readFile(whole);
  const changed = folder.path('changed.cpuprofile');
  await fuzz(t, async (mutator) => {
    const isJson = mutator.below(4) > 0;
    await writeFile(changed, isJson ? mutator.json(String(content)) : mutator.bytes(content));
    for (const jobs of [null, [1], [7, 1_000_000_000]]) {
      await drawn('profile page', async () => {
        const group = (file: string, name: string) => ({ name, files: [{ file, thread: 0, label: name }] });
        const groups = [group(changed, 'changed')];
        if (jobs?.length === 2) groups.push(group(whole, 'whole'));
        const loaded = await importProfiles(groups, 'threadmill report');
        const [one, other] = loaded.map((each, index) => recordingView(each, jobs?.[index] ?? null));
        return other === undefined
          ? renderRecordingPage(one!)
          : renderCompareRecordingsPage(compareRecordingsView(one!, other), 'threadmill report');
      });
    }
  });
});
