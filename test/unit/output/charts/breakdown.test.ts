import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareBar } from '../../../../src/output/charts/breakdown.ts';
import { html } from '../../../../src/output/markup/markup.ts';
import type { BreakdownShare } from '../../../../src/output/view/run/charts.ts';

const shares: readonly BreakdownShare[] = [
  { part: 'user-cpu', ms: 50, share: 0.5 },
  { part: 'waiting', ms: 45, share: 0.45 },
  { part: 'idle', ms: 5, share: 0.05 },
];

function labels(efficiency: number | null): (readonly [x: string, text: string])[] {
  const rest = {
    ...({ kind: 'cpu', causes: ['cpu'], idealOf: 'cpu', waitingMs: 1, cpuMs: 50, serverMs: null } as const),
    ...({ reference: 'event-loop', waitingOf: 'chain', waitingShare: 0.5, cpuOf: 'threads' } as const),
  };
  const bottleneck =
    efficiency === null ? null : { idealMs: 100 * efficiency, efficiency, ...rest, causes: [...rest.causes] };
  const drawn = html`${shareBar('event-loop', shares, bottleneck)}`.source;
  return [...drawn.matchAll(/<text class="by-share" x="([\d.]+%)"[^>]*>([^<]*)</g)].map(
    ([, x = '', text = '']) => [x, text],
  );
}

test('a part of the bar is named where there is room, and the line of the ideal runs through no name', () => {
  assert.deepEqual(labels(null), [
    ['0.000%', 'CPU in your code 50.0%'],
    ['0.000%', 'waiting 45.0%'],
  ]);
  // Through the first of the two names: it begins after the line if there is room, as 2% of the bar are 4% of the part.
  assert.deepEqual(labels(0.02)[0], ['4.000%', 'CPU in your code 50.0%']);
  assert.deepEqual(labels(0.05)[0], ['10.000%', 'CPU in your code 50.0%']);
  assert.deepEqual(labels(0.3)[0], ['0.000%', '50.0%']);
  assert.deepEqual(labels(0.55)[1], ['11.111%', 'waiting 45.0%']);
  assert.deepEqual(labels(0.49)[0], ['0.000%', 'CPU in your code 50.0%']);
});
