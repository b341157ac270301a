import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LineSweepDisplay, TerminalSweepDisplay } from '../../../../src/cli/progress/sweep-display.ts';
import { scalingSweep } from '../../../support/sample-sweep.ts';

const sweep = scalingSweep();
const [point] = sweep.points;
const trial = {
  type: 'trial',
  variant: 'event-loop',
  round: 2,
  rounds: null,
  index: 3,
  total: 6,
  remainingMs: 900,
} as const;

describe('progress of a sweep', () => {
  test('in a log: what is measured, and what came of it', () => {
    let text = '';
    const display = new LineSweepDisplay((more) => {
      text += more;
    });
    display.started(['four-apis · 8 points', 'profiles/x\u001b[2J']);
    display.point(sweep, point!, { index: 0, total: 8, remainingMs: 90_000 });
    display.event(trial);
    display.pointDone(sweep, point!);
    display.pointDone(sweep, {
      ...point!,
      result: null,
      failure: { code: 'runner-lost', message: 'no\nmemory' },
    });
    display.event({ type: 'phase', phase: 'report', detail: null });
    display.close();
    assert.equal(
      text,
      [
        'four-apis · 8 points',
        'profiles/x [2J',
        'point 1 of 8 · concurrency 1 · about 1 min 30 s left',
        '  concurrency 1: 28.0 | 27.0 | 28.0 jobs/s',
        '  concurrency 1: no memory',
        'write the report',
        '',
      ].join('\n'),
    );
  });

  test('on a terminal: a line that stays for each point, and below it what goes on', () => {
    const written: string[] = [];
    let now = 0;
    const display = new TerminalSweepDisplay({
      stream: { columns: 80, write: (text: string) => written.push(text) },
      colour: false,
      now: () => now,
    });
    display.started(['four-apis · 8 points', 'profiles/x']);
    display.point(sweep, point!, { index: 2, total: 8, remainingMs: 60_000 });
    now = 10_000;
    display.event(trial);
    // 2½ of 8 points are 7.5 of 24 cells; ten of the sixty seconds are over.
    assert.deepEqual(written.at(-1)?.split('\n').slice(-3), [
      '\u001b[2A\r\u001b[0J▸ point 3 of 8 · concurrency 1 · round 2 · event-loop',
      `  ${'█'.repeat(8)}${'░'.repeat(16)} 2 of 8 points · about 50 s left`,
      '',
    ]);
    now = 12_000;
    display.pointDone(sweep, point!);
    assert.match(written.at(-1) ?? '', /✔ concurrency 1: 28\.0 \| 27\.0 \| 28\.0 jobs\/s 12 s\n$/);
    display.close();
    const { length } = written;
    display.event(trial);
    display.close();
    assert.equal(written.length, length, 'nothing is drawn after the end');
  });
});
