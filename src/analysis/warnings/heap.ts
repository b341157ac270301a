import { heldBeforeBytes } from '../../core/documents/comparable.ts';
import { steadyGrowth } from '../../core/statistics/growth.ts';
import { ALPHA, type Check, type Finding, together } from './finding.ts';

/** Per trial. Code and caches of V8 and Node grow by some 15 to 70 kB with every trial, whatever the workload. */
const LEAKING_BYTES = 1e6;

/** What is left after each garbage collection grows with every trial: all threads of a variant together. */
export const heapGrowing: Check = ({ variants, spec }) => {
  const findings = variants.flatMap(({ name, trials }): Finding[] => {
    const held = trials.flatMap((trial) => heldBeforeBytes(trial) ?? []);
    const found = steadyGrowth(held, ALPHA / variants.length);
    if (found === null || found.perStep < LEAKING_BYTES) return [];
    const [perTrial, perJob] = [found.perStep, found.perStep / spec.jobs].map(size);
    const ends = `from ${size(held[0]!)} to ${size(held.at(-1)!)}`;
    return [{ variant: name, text: `${perTrial} per trial, ${perJob} per job, ${ends}` }];
  });
  return together(findings, {
    code: 'heap-growing',
    message: (grown) => `the memory in use after garbage collection grew by ${grown}`,
  });
};

function size(bytes: number): string {
  const [value, unit] = bytes >= 1e6 ? [bytes / 1e6, 'MB'] : [bytes / 1e3, 'kB'];
  return `${value >= 99.95 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}
