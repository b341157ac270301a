import { formatCount } from '../../core/format.ts';
import { ALPHA, type Check, change, findingsOf, percent, together, typicalOf } from './finding.ts';

/** Beyond this share of its time a server's queue, and not the client, sets the pace. */
const SATURATED = 0.9;
/** Of the ceiling, which was measured with a CPU to itself: on a shared machine the server never reaches the last part. */
const NEAR_CEILING = 0.85;
/** Response times that change by less hardly change what is said of the variants. */
const DRIFTING_PERCENT = 5;

export const serverSaturated: Check = ({ variants, server }) => {
  const findings = findingsOf(variants, (variant) => {
    const busy = typicalOf(variant, (trial) => trial.server?.eventLoopUtilization ?? null);
    if (busy !== null && busy > SATURATED) return `was busy for ${percent(busy)} of a typical trial`;
    const rate = typicalOf(variant, (trial) =>
      trial.server === null ? null : (trial.server.requests / trial.wallMs) * 1000,
    );
    const ceiling = server.ceiling?.requestsPerSecond ?? null;
    if (rate === null || ceiling === null || rate <= NEAR_CEILING * ceiling) return null;
    return `answered ${formatCount(rate)} requests/s of its maximum of ${formatCount(ceiling)}`;
  });
  return together(findings, {
    code: 'server-saturated',
    message: (found) => `the embedded server ${found}`,
  });
};

export const serverDrifting: Check = ({ server: { drift } }) => {
  if (drift === null || drift.pValue > ALPHA || Math.abs(drift.percent) < DRIFTING_PERCENT) {
    return [];
  }
  return [
    {
      code: 'server-drifting',
      message: `the server’s response times changed by ${change(drift.percent / 100)} from the first trial to the last`,
      advice:
        drift.percent > 0
          ? 'Speedups are taken within rounds and barely affected; wall times and latencies are. Look for a growing backlog, or give the server time between runs.'
          : 'Speedups are taken within rounds and barely affected; wall times and latencies are. The server may not have been warm: raise --warmup.',
    },
  ];
};
