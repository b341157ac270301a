import type { VariantRecord } from '../../core/documents/run-record.ts';
import { formatBytes } from '../../core/format.ts';
import { steadyGrowth } from '../../core/statistics/drift.ts';
import { heldBeforeBytes } from '../comparable.ts';
import { ALPHA, type Check, findingsOf, together } from './finding.ts';

/** Per trial. Code and caches of V8 and Node grow by some 15 to 70 kB with every trial, whatever the workload. */
const LEAKING_BYTES = 1e6;

/**
 * What all threads of a variant held before its trials, where it rises with every one of them. With old garbage: it is a
 * leak only if what is left after a full collection has grown as well. Null: it does not rise.
 */
export function risingMemory({ trials }: Pick<VariantRecord, 'trials'>, variants: number): number[] | null {
  const held = trials.flatMap((trial) => heldBeforeBytes(trial) ?? []);
  const found = steadyGrowth(held, ALPHA / variants);
  return found === null || found.perStep < LEAKING_BYTES ? null : held;
}

/** From before the first trial, with garbage, to after the last, without: rather too little. */
export const heapGrowing: Check = ({ variants, spec }) => {
  const findings = findingsOf(variants, (variant) => {
    const { heldAfterBytes } = variant;
    const held = heldAfterBytes === undefined ? null : risingMemory(variant, variants.length);
    if (held === null || heldAfterBytes === undefined) return null;
    const grown = (heldAfterBytes - held[0]!) / held.length;
    if (grown < LEAKING_BYTES) return null;
    const [perTrial, perJob] = [grown, grown / spec.jobs].map(formatBytes);
    return `${perTrial} per trial, ${perJob} per job, from ${formatBytes(held[0]!)} to ${formatBytes(heldAfterBytes)}`;
  });
  return together(findings, {
    code: 'heap-growing',
    message: (grown) => `the memory in use after garbage collection grew by at least ${grown}`,
  });
};
