import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RUN_DISPLAYS } from '../../../src/cli/execute-run.ts';
import { chooseDisplay } from '../../../src/cli/measuring.ts';
import type { DisplayOptions } from '../../../src/cli/options.ts';
import { SilentDisplay } from '../../../src/cli/progress/display.ts';
import { LineDisplay } from '../../../src/cli/progress/lines.ts';
import { StatusBlock } from '../../../src/cli/progress/status-block.ts';
import { TerminalDisplay } from '../../../src/cli/progress/terminal.ts';
import { spanText, timeLeft } from '../../../src/cli/progress/wording.ts';
import { hasDisplay, wantsColour } from '../../../src/cli/terminal.ts';
import type { ProgressEvent } from '../../../src/core/progress.ts';

const trial = (variant: 'sequential' | 'event-loop', round: number, index: number): ProgressEvent[] => [
  { type: 'trial', variant, round, rounds: 2, index, total: 6, remainingMs: round === 0 ? null : 12_000 },
  { type: 'trial-done', variant, round, wallMs: 5, failed: 0 },
];

const RUN: readonly ProgressEvent[] = [
  { type: 'phase', phase: 'prepare', detail: null },
  { type: 'started', runId: 'r1', runDir: '/out/r1', title: 'four-apis · 4 jobs' },
  { type: 'phase', phase: 'start', detail: 'sequential' },
  { type: 'phase', phase: 'start', detail: 'event-loop' },
  { type: 'phase', phase: 'warm-up', detail: null },
  ...trial('sequential', 0, 0),
  ...trial('event-loop', 0, 1),
  { type: 'phase', phase: 'rounds', detail: null },
  ...trial('sequential', 1, 2),
  ...trial('event-loop', 1, 3),
  ...trial('event-loop', 2, 4),
  { type: 'trial-done', variant: 'sequential', round: 2, wallMs: null, failed: 4 },
  { type: 'phase', phase: 'captures', detail: null },
  { type: 'capture', variant: 'sequential', capture: '0x', index: 0, total: 2, remainingMs: null },
  { type: 'capture-done', variant: 'sequential', capture: '0x', unavailable: 'no\u001b[2J disk' },
];

/** What a terminal would show of these writes: erasures carried out, colours left out. */
function screen(writes: readonly string[]): string[] {
  const lines: string[] = [''];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's control sequences
  for (const piece of writes.join('').split(/(\u001b\[\d+[AJm]|\n|\r)/)) {
    const up = /\[(\d+)A$/.exec(piece);
    if (up) lines.splice(lines.length - 1 - Number(up[1]), Number(up[1]) + 1, '');
    else if (piece === '\n') lines.push('');
    else if (!piece.startsWith('\u001b') && piece !== '\r') lines[lines.length - 1] += piece;
  }
  return lines;
}

test('plain lines: one for each phase, round and capture', () => {
  let text = '';
  const display = new LineDisplay((line) => {
    text += line;
  });
  for (const event of RUN) display.event(event);
  display.print('kept\n');
  display.close();
  display.event({ type: 'phase', phase: 'report', detail: null });
  assert.deepEqual(text.split('\n'), [
    'prepare the workload',
    'run r1 · four-apis · 4 jobs',
    'start the runners',
    'warm up',
    'timed rounds',
    'round 1 of 2 · about 12 s left',
    'round 2 of 2 · about 12 s left',
    'sequential: a trial was lost',
    'profiles',
    'profile 1 of 2 · sequential 0x',
    'sequential 0x is unavailable: no [2J disk',
    'kept',
    '',
  ]);
});

test('the queue: workers and jobs that ran again, in lines when they change, in a terminal below the bar', () => {
  const event = (round: number, workers: number, reRuns: number): ProgressEvent[] => [
    {
      type: 'trial',
      variant: 'distributed-queue',
      round,
      rounds: 3,
      index: round,
      total: 4,
      remainingMs: null,
    },
    {
      ...{ type: 'trial-done', variant: 'distributed-queue', round, wallMs: 5, failed: 0 },
      queue: { workers, done: 10 * round, reRuns },
    },
  ];
  const events = [...event(1, 2, 0), ...event(2, 2, 0), ...event(3, 1, 4)];
  let text = '';
  const lines = new LineDisplay((line) => {
    text += line;
  });
  for (const each of events) lines.event(each);
  assert.deepEqual(
    text.split('\n').filter((line) => line.includes('queue')),
    [
      'distributed-queue: 2 workers joined, 10 jobs done, 0 run again',
      'distributed-queue: 1 worker joined, 30 jobs done, 4 run again',
    ],
  );
  const writes: string[] = [];
  const stream = { columns: 80, write: (written: string) => writes.push(written) };
  const display = new TerminalDisplay({ stream, colour: false, now: () => 0 });
  for (const each of events.slice(0, 3)) display.event(each);
  assert.equal(screen(writes).at(-2), '  distributed-queue: 2 workers joined, 10 jobs done, 0 run again');
});

describe('in a terminal', () => {
  const create = (columns = 80) => {
    const writes: string[] = [];
    let now = 0;
    const stream = { columns, write: (text: string) => writes.push(text) };
    const display = new TerminalDisplay({ stream, colour: false, now: () => (now += 500) });
    return { display, writes };
  };

  test('phases are ticked, and the trial below them says what goes on', () => {
    const { display, writes } = create();
    for (const event of RUN.slice(0, 11)) display.event(event);
    assert.deepEqual(screen(writes), [
      'four-apis · 4 jobs',
      '/out/r1',
      '✔ Prepare the workload 0.5 s',
      '✔ Start the runners 0.5 s',
      '✔ Warm up 0.5 s',
      '▸ round 1 of 2 · sequential',
      '  ████████░░░░░░░░░░░░░░░░ 2 of 6 trials · about 12 s left',
      '',
    ]);
    display.print('a log line\n');
    assert.deepEqual(screen(writes).slice(5, 7), ['a log line', '▸ round 1 of 2 · sequential']);
  });

  test('nothing of the trial is left when it closes, and nothing is written after', () => {
    const { display, writes } = create();
    for (const event of RUN) display.event(event);
    display.close();
    display.close();
    const lines = screen(writes);
    assert.deepEqual(lines.slice(-5), [
      '✔ Timed rounds 0.5 s',
      '✖ sequential 0x: no [2J disk',
      '✔ Profiles 0.5 s',
      '',
      '',
    ]);
    const written = writes.length;
    display.event({ type: 'phase', phase: 'report', detail: null });
    assert.equal(writes.length, written);
  });

  test('an event is one write, and no timer runs between events', () => {
    const { display, writes } = create();
    display.event({ type: 'phase', phase: 'rounds', detail: null });
    for (const event of trial('sequential', 1, 0)) display.event(event);
    assert.equal(writes.length, 2);
    assert.deepEqual(
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout'),
      [],
    );
  });

  test('no line wraps in a narrow terminal, colours or not', () => {
    const writes: string[] = [];
    const status = new StatusBlock({ columns: 10, write: (text) => writes.push(text) });
    status.show(['\u001b[36m▸▸▸▸▸\u001b[39m 0123456789']);
    assert.deepEqual(screen(writes), ['▸▸▸▸▸ 012', '']);
  });
});

test('which display', () => {
  const options = { json: false, markdown: false, csv: null, quiet: false, verbose: false, details: false };
  const stream = (isTTY: boolean) => ({ isTTY, write: () => true }) as unknown as NodeJS.WriteStream;
  const kind = (...args: [DisplayOptions, NodeJS.WriteStream, NodeJS.ProcessEnv]) =>
    chooseDisplay(RUN_DISPLAYS, ...args).constructor;
  assert.equal(kind(options, stream(true), {}), TerminalDisplay);
  assert.equal(kind(options, stream(false), {}), LineDisplay);
  assert.equal(kind(options, stream(true), { CI: '1' }), LineDisplay);
  assert.equal(kind(options, stream(true), { TERM: 'dumb' }), LineDisplay);
  assert.equal(kind({ ...options, quiet: true, details: false }, stream(true), {}), SilentDisplay);
  assert.equal(kind({ ...options, csv: 'jobs' }, stream(false), {}), SilentDisplay);
  assert.equal(kind({ ...options, markdown: true }, stream(false), {}), SilentDisplay);
  assert.equal(kind({ ...options, json: true }, stream(false), {}), SilentDisplay);
  assert.equal(kind({ ...options, json: true }, stream(true), {}), TerminalDisplay);
});

test('colours and browsers', () => {
  const terminal = { isTTY: true };
  assert.ok(wantsColour(terminal, {}));
  assert.ok(!wantsColour({}, {}));
  assert.ok(!wantsColour(terminal, { NO_COLOR: '1' }));
  assert.ok(wantsColour(terminal, { NO_COLOR: '' }));
  assert.ok(wantsColour({}, { FORCE_COLOR: '1', NO_COLOR: '1' }));
  assert.ok(!wantsColour(terminal, { FORCE_COLOR: '0' }));
  assert.ok(!wantsColour(terminal, { TERM: 'dumb' }));
  assert.ok(hasDisplay(terminal, { DISPLAY: ':0' }, 'linux'));
  assert.ok(!hasDisplay(terminal, {}, 'linux'));
  assert.ok(!hasDisplay(terminal, { DISPLAY: ':0', CI: 'true' }, 'linux'));
  assert.ok(!hasDisplay({}, { DISPLAY: ':0' }, 'linux'));
  assert.ok(hasDisplay(terminal, {}, 'darwin'));
});

test('spans', () => {
  assert.deepEqual([400, 9_940, 9_960, 59_400, 60_000, 185_000, 7_800_000].map(spanText), [
    '0.4 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min 00 s',
    '3 min 05 s',
    '2 h 10 min',
  ]);
  assert.deepEqual([timeLeft(null), timeLeft(Number.NaN), timeLeft(-5)], ['', '', 'about 1 s left']);
});
