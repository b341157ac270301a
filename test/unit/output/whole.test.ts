/** Each output as a whole, in one golden file, to be read when it changes: `UPDATE_GOLDEN=1` writes it anew. */
import { describe, test } from 'node:test';
import { conclude } from '../../../src/analysis/gates/conclude.ts';
import { historyOf, runFigures } from '../../../src/analysis/history/series.ts';
import { runCard } from '../../../src/output/card/run-card.ts';
import { trialLines } from '../../../src/output/csv/trials.ts';
import { renderComparisonMarkdown } from '../../../src/output/markdown/comparison.ts';
import { renderRecordingMarkdown } from '../../../src/output/markdown/recording.ts';
import { renderRunMarkdown } from '../../../src/output/markdown/run.ts';
import { renderComparison } from '../../../src/output/terminal/compare.ts';
import { renderHistory } from '../../../src/output/terminal/history.ts';
import { renderRecordingSummary } from '../../../src/output/terminal/recording.ts';
import { recordingView } from '../../../src/output/view/recording.ts';
import { runView } from '../../../src/output/view/run.ts';
import { realisticFlame } from '../../fixtures/runs/flames.ts';
import { profiled, record } from '../../fixtures/runs/records.ts';
import { gateOf } from '../../support/gates.ts';
import { assertGolden } from '../../support/golden.ts';
import { dailyRuns } from '../../support/history-runs.ts';
import { PAGE_KINDS } from '../../support/page-kinds.ts';
import { pageText } from '../../support/page-text.ts';
import { recordOfWalls, steady } from '../../support/record-of-walls.ts';
import { loadedOf } from '../../support/sample-recording.ts';

describe('the text of each kind of page', () => {
  for (const [kind, page] of Object.entries(PAGE_KINDS)) {
    test(kind, () => assertGolden(`page-${kind.replaceAll(' ', '-')}.txt`, pageText(page())));
  }
});

function slower() {
  const before = recordOfWalls({ sequential: steady(1_449), 'event-loop': steady(130) });
  const after = recordOfWalls({ sequential: steady(1_449), 'event-loop': steady(138.3) });
  const { comparison, gates } = conclude(after, before, ['regression > 3%', 'any.rss > 100MB'].map(gateOf));
  return { comparison: comparison!, gates };
}

function history() {
  const runs = dailyRuns(20, (run) => ({ wall: 100, cpu: run < 12 ? 40 : 44 }));
  return historyOf(runs.flatMap((each) => runFigures(each.id, each) ?? []));
}

const PLAIN = { colour: false, width: 80, details: true };

function recording() {
  const waits = [
    {
      ...{ kind: 'http-out' as const, target: 'api.example.com', site: 'src/api.ts:12' },
      ...{ count: 3, failed: 1, totalMs: 9, maxMs: 4 },
    },
  ];
  return recordingView(
    loadedOf(realisticFlame('event-loop', 1), [{ busyMs: 900 }, { busyMs: 20 }], { waits }),
  );
}

const TEXTS: Readonly<Record<string, () => string>> = {
  'card.svg': () => runCard(runView(profiled(), [])),
  'markdown-run.md': () => renderRunMarkdown(profiled()),
  'markdown-comparison.md': () => renderComparisonMarkdown(slower().comparison, slower().gates),
  'markdown-recording.md': () => renderRecordingMarkdown(recording()),
  'terminal-recording.txt': () =>
    renderRecordingSummary(recording(), { ...PLAIN, report: 'profiles/x/report.html' }),
  'terminal-comparison.txt': () => renderComparison(slower().comparison, slower().gates, PLAIN),
  'terminal-history.txt': () => renderHistory(history(), { ...PLAIN, reportPath: 'profiles/history.html' }),
  'trials.csv': () => [...trialLines([record()])].join(''),
};

for (const [file, text] of Object.entries(TEXTS)) test(file, () => assertGolden(file, text()));
