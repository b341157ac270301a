import { z } from 'zod';
import { FAULT_NAMES, type Fault, faultFacts } from '../faults.ts';
import { LIMITS } from '../limits.ts';
import { within } from './numbers.ts';

const faultSchema = z.strictObject({
  fault: z.enum(FAULT_NAMES),
  share: within(0, 1),
  value: within(0, LIMITS.payloadBytes).nullable(),
  spread: within(0, LIMITS.responseMs).nullable(),
});

export const faultsSchema = z
  .array(faultSchema)
  .max(FAULT_NAMES.length)
  .refine((faults) => new Set(faults.map(({ fault }) => fault)).size === faults.length, {
    message: 'each fault may be given once',
  })
  .refine((faults) => ['request', 'connection'].every((per) => totalShare(faults, per) <= 1), {
    message: 'the shares of the faults must add up to at most 100%',
  });

function totalShare(faults: readonly Fault[], per: string): number {
  const own = faults.filter(({ fault }) => faultFacts(fault).per === per);
  // 0.1 + 0.2 + 0.7 is a little more than 1.
  return Math.round(1e9 * own.reduce((sum, { share }) => sum + share, 0)) / 1e9;
}
