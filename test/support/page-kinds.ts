import { conclude } from '../../src/analysis/gates/conclude.ts';
import { historyOf, runFigures } from '../../src/analysis/history/series.ts';
import { analyseSweep } from '../../src/analysis/sweep/analyse.ts';
import type { FlameData } from '../../src/core/documents/flame.ts';
import { renderComparePage } from '../../src/output/pages/compare/page.ts';
import { renderCompareRecordingsPage } from '../../src/output/pages/compare-recordings/page.ts';
import { renderHistoryPage } from '../../src/output/pages/history/page.ts';
import { renderRecordingPage } from '../../src/output/pages/recording/page.ts';
import { renderRunPage } from '../../src/output/pages/run/page.ts';
import { renderSweepPage } from '../../src/output/pages/sweep/page.ts';
import { compareView } from '../../src/output/view/compare.ts';
import { compareRecordingsView } from '../../src/output/view/compare-recordings.ts';
import { historyView } from '../../src/output/view/history.ts';
import { recordingView } from '../../src/output/view/recording.ts';
import { runView } from '../../src/output/view/run.ts';
import { sweepView } from '../../src/output/view/sweep.ts';
import { plainAllocations, pooledAllocations } from '../fixtures/runs/allocations.ts';
import { realisticFlame, tinyFlame } from '../fixtures/runs/flames.ts';
import { profiled, record } from '../fixtures/runs/records.ts';
import { traced } from '../fixtures/runs/traces.ts';
import { VERDICT_RECORDS } from '../fixtures/runs/verdict-records.ts';
import { dailyRuns } from './history-runs.ts';
import { indexHtml } from './index-html.ts';
import { recordOfWalls, steady } from './record-of-walls.ts';
import { loadedOf } from './sample-recording.ts';
import { crossoverSweep } from './sample-sweep.ts';
import { madeUpTimelines } from './timelines.ts';

const flames = (): FlameData[] => [realisticFlame('event-loop', 0), realisticFlame('worker-pool-batched', 2)];

function runPage(): string {
  const run = profiled({ variants: traced(record().variants) });
  const allocations = [plainAllocations(), pooledAllocations()];
  const view = runView(run, [...flames(), tinyFlame()], {
    timelines: madeUpTimelines(),
    allocations,
  });
  return renderRunPage(view);
}

function comparePage(): string {
  const side = (id: string) => {
    const run = profiled();
    return {
      record: { ...run, id, variants: traced(run.variants), spec: { ...run.spec, runId: id } },
      ...{ flames: flames(), problems: [], href: null },
    };
  };
  return renderComparePage(compareView(side('a'), side('b')));
}

function recordingsPage(): string {
  const [one, other] = flames().map((flame) =>
    recordingView({ ...loadedOf(flame, [{}]), imported: true }, 100),
  );
  return renderCompareRecordingsPage(
    compareRecordingsView(one!, other!),
    'threadmill report --cpuprofile a b',
  );
}

function recordingPage(): string {
  const place = { name: 'parse', file: 'src/parse.ts', line: 3 };
  const loaded = loadedOf(realisticFlame('event-loop', 1), [{ busyMs: 900 }, { busyMs: 20 }], {
    stalls: [
      {
        ...{ thread: 0, startUs: 1_000, endUs: 90_000, over: true, cpuMs: 80, cpuWaitMs: 1, kind: 'cpu' },
        ...{ function: place, share: 1, stack: [place, place], requests: 2, moreRequests: false },
      },
    ],
    waits: [
      {
        ...{ kind: 'http-out', target: 'api.example.com', site: 'src/api.ts:12' },
        ...{ count: 3, failed: 1, totalMs: 9, maxMs: 4 },
      },
    ],
  });
  return renderRecordingPage(recordingView(loaded));
}

function sweepPage(): string {
  const sweep = crossoverSweep();
  sweep.analysis = analyseSweep(sweep);
  return renderSweepPage(sweepView(sweep));
}

function indexPage(): string {
  return indexHtml(
    Array.from({ length: 8 }, (_, run) => {
      const createdAt = `2026-11-0${run + 1}T00:00:00.000Z`;
      const id = `run-${run}`;
      return { id, record: profiled({ id, createdAt }), problem: null, hasReport: true };
    }),
  );
}

function againstPage(): string {
  const walls = { sequential: steady(1_449), 'event-loop': steady(130) };
  const run = recordOfWalls({ ...walls, 'event-loop': steady(60) });
  const { comparison, gates } = conclude(run, recordOfWalls(walls), []);
  return renderRunPage(runView({ ...run, comparedWith: comparison, gates: [...gates] }, []));
}

function importedPage(): string {
  return renderRecordingPage(
    recordingView({ ...loadedOf(realisticFlame('event-loop', 1), [{}]), imported: true }, 100),
  );
}

function failedPage(): string {
  return renderRunPage(runView(VERDICT_RECORDS['jobs-failed-alike'](), []));
}

function historyPage(): string {
  const runs = dailyRuns(20, (run) => ({ wall: 100, cpu: run < 12 ? 40 : 44 }));
  const history = historyOf(runs.flatMap((each) => runFigures(each.id, each) ?? []));
  return renderHistoryPage(
    historyView(history, (id) => `${id}/report.html`),
    'index.html',
  );
}

/** Every kind of page that Threadmill draws, by its name. */
export const PAGE_KINDS: Readonly<Record<string, () => string>> = {
  run: runPage,
  'failed run': failedPage,
  against: againstPage,
  comparison: comparePage,
  sweep: sweepPage,
  recording: recordingPage,
  'comparison of recordings': recordingsPage,
  'imported profile': importedPage,
  history: historyPage,
  index: indexPage,
};
