/** Every way to run a plan, in the order in which tables show them; the first is the baseline. */
export const VARIANT_NAMES = ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];
