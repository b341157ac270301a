import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NOT_SAMPLED, NOT_SAMPLED_NOTE } from '../../../../src/analysis/recording/wording.ts';
import type { RecordedStall } from '../../../../src/core/documents/recording.ts';
import { renderRecordingMarkdown } from '../../../../src/output/markdown/recording.ts';
import { renderRecordingPage } from '../../../../src/output/pages/recording/page.ts';
import { renderRecordingSummary } from '../../../../src/output/terminal/recording.ts';
import { recordingView } from '../../../../src/output/view/recording.ts';
import { loadedOf } from '../../../support/sample-recording.ts';

const HOSTILE = '<script>alert(1)</script>|`\u001b[31m';

function view(given: Partial<RecordedStall> = {}) {
  const stall = {
    ...{
      thread: 0,
      startUs: 1_000,
      endUs: 90_000,
      over: true,
      cpuMs: 80,
      cpuWaitMs: 1,
      kind: 'cpu' as const,
    },
    ...{
      function: { name: HOSTILE, file: HOSTILE, line: 3 },
      share: 1,
      stack: [],
      requests: 2,
      moreRequests: true,
    },
    ...given,
  };
  const wait = {
    kind: 'http-out' as const,
    target: HOSTILE,
    site: HOSTILE,
    count: 3,
    failed: 1,
    totalMs: 9,
    maxMs: 4,
  };
  const loaded = loadedOf(
    { variant: 'x', frames: [], threads: [] },
    Array.from({ length: 40 }, () => ({ label: HOSTILE, busyMs: 500, stalls: { count: 1, totalMs: 89 } })),
    { name: HOSTILE, command: HOSTILE, stalls: [stall], waits: [wait] },
  );
  return recordingView(loaded);
}

describe('a recording as it is shown', () => {
  test('the summary has at most 25 lines of 80 columns, whatever the number of threads', () => {
    const text = renderRecordingSummary(view(), {
      colour: false,
      width: 200,
      report: 'profiles/x/report.html',
    });
    const lines = text.trimEnd().split('\n');
    assert.ok(lines.length <= 25, String(lines.length));
    assert.ok(lines.every((line) => line.length <= 80 && !line.includes('\u001b')));
  });

  test('a stall without a sample is said to have none; one in Node itself is named by its innermost frame', () => {
    const place = (name: string) => ({ name, file: null, line: null });
    for (const [stack, isNamed] of [
      [[], false],
      [[place('outer'), place('innermostFrame')], true],
    ] as const) {
      const shown = view({ function: null, stack: [...stack] });
      const texts = [
        renderRecordingPage(shown),
        renderRecordingMarkdown(shown),
        renderRecordingSummary(shown, { colour: false, width: 80, report: null }),
      ];
      assert.deepEqual(
        texts.map((text) => text.includes('innermostFrame')),
        [isNamed, isNamed, isNamed],
      );
      const notes = [NOT_SAMPLED_NOTE, NOT_SAMPLED_NOTE, NOT_SAMPLED].map((note, i) =>
        texts[i]!.replace(/\s+/g, ' ').includes(note),
      );
      assert.deepEqual(notes, [!isNamed, !isNamed, !isNamed]);
    }
  });

  test('text of the program is no markup in the page and no table cell in Markdown', () => {
    const page = renderRecordingPage(view());
    assert.ok(
      !page.replace(/<script type="application\/json"[\s\S]*?<\/script>/, '').includes('<script>alert'),
    );
    const markdown = renderRecordingMarkdown(view());
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    assert.ok(rows.every((row) => !row.includes('<script>')));
    assert.ok(rows.length > 10);
  });
});
