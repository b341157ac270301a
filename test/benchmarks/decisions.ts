/**
 * How often the sequential gate of `bench --against` fails, passes and leaves open a change of known size, and after how
 * many rounds, by simulation: it is looked at again and again, and may not pay for that with false alarms.
 *
 *   node --import tsx test/benchmarks/decisions.ts [--experiments 1000]
 */
import { parseArgs } from 'node:util';
import { median } from '../../src/core/statistics/quantile.ts';
import { decideSimulated, GATE } from '../support/decided-runs.ts';

const { values } = parseArgs({ options: { experiments: { type: 'string', default: '1000' } } });
const experiments = Number(values.experiments);
const PERCENTS = [0, GATE / 2, GATE, 1.5 * GATE, 2 * GATE];

console.log(
  `gate ${GATE}%, ${experiments} runs each: failed / passed / inconclusive, median rounds to a decision\n`,
);
console.log(`| true change | ${PERCENTS.map((percent) => `${percent}%`).join(' | ')} |`);
console.log(`| ${['', ...PERCENTS].map(() => '---').join(' | ')} |`);
for (const noise of ['normal', 'skewed', 'drifting', 'disturbed'] as const) {
  const cells = PERCENTS.map((percent) => {
    const found = Array.from({ length: experiments }, (_, run) => decideSimulated(noise, percent, run + 1));
    const share = (outcome: (typeof found)[number]['outcome']) =>
      ((100 * found.filter((each) => each.outcome === outcome).length) / experiments).toFixed(1);
    const decided = found.filter(({ outcome }) => outcome !== 'inconclusive').map(({ round }) => round);
    return `${share('failed')} / ${share('passed')} / ${share('inconclusive')}%, ${median(decided) ?? '—'}`;
  });
  console.log(`| ${[noise, ...cells].join(' | ')} |`);
}
