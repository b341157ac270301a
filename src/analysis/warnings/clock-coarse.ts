import { NS_PER_MS } from '../../core/units.ts';
import { type Check, percent, together } from './finding.ts';

/** Of a latency: coarser than that, its digits are the clock's. */
const COARSE = 0.01;

export const clockCoarse: Check = ({ variants, environment }) => {
  const stepMs = environment.clockResolutionNs / NS_PER_MS;
  const findings = variants.flatMap(({ name, summary }) => {
    const latency = summary?.latencyMs.p50 ?? null;
    if (latency === null || stepMs <= COARSE * latency) return [];
    return [{ variant: name, text: latency <= 0 ? 'all' : percent(stepMs / latency) }];
  });
  return together(findings, {
    code: 'clock-coarse',
    message: (share) => `a step of the clock is ${share} of the median latency`,
  });
};
