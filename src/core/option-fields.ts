import { OPTION_NAMES, OPTIONS, type OptionName, optionOf, optionsOf } from './options.ts';

type Options = typeof OPTIONS;

export const OPTION_VALUES = mapped(OPTION_NAMES, 'schema') as { [K in OptionName]: Options[K]['schema'] };

/** The load is one field of the request, made of three options. */
const OF_LOAD = ['rate', 'arrivals', 'rateLimit'] as const;
type InRequest = Exclude<OptionName, (typeof OF_LOAD)[number]>;
export const REQUEST_OPTIONS = OPTION_NAMES.filter(
  (name): name is InRequest => !(OF_LOAD as readonly string[]).includes(name),
);
export const REQUEST_FIELDS = mapped(REQUEST_OPTIONS, 'request') as {
  [K in InRequest]: Options[K]['request'];
};

type InSpec<P extends 'plan' | 'settings'> = {
  [K in InRequest as Options[K] extends { readonly spec: P | 'both' } ? K : never]: Options[K]['request'];
};

/** Fields that a part of the spec takes over from the request as they are. */
export function specFields<P extends 'plan' | 'settings'>(part: P): InSpec<P> {
  return mapped(specOptions(part), 'request') as InSpec<P>;
}

function specOptions(part: 'plan' | 'settings'): OptionName[] {
  return OPTION_NAMES.filter((name) => [part, 'both'].includes(optionOf(name).spec ?? ''));
}

/** The definition of a sweep has fields of its own for these, beside those for its axes. */
const OF_SWEEP = ['workloadFile', 'url', 'variants', 'queue'] as const;
type InSweep = Exclude<
  {
    [K in InRequest]: Options[K] extends { readonly axis: string } | { readonly commands: readonly string[] }
      ? never
      : K;
  }[InRequest],
  (typeof OF_SWEEP)[number]
>;

const SWEEP_OPTIONS = REQUEST_OPTIONS.filter(
  (name) =>
    optionsOf('sweep').includes(name) &&
    optionOf(name).axis === undefined &&
    !(OF_SWEEP as readonly string[]).includes(name),
);
/** Fields of a sweep's definition that are the same at every point. */
export const SWEEP_FIELDS = mapped(SWEEP_OPTIONS, 'request') as { [K in InSweep]: Options[K]['request'] };

function mapped(names: readonly OptionName[], what: 'schema' | 'request'): unknown {
  return Object.fromEntries(names.map((name) => [name, OPTIONS[name][what]]));
}

export function pick<T extends object, L extends Partial<Record<keyof T, unknown>>>(
  from: T,
  like: L,
): Pick<T, keyof L & keyof T> {
  return Object.fromEntries(Object.keys(like).map((name) => [name, from[name as keyof T]])) as Pick<
    T,
    keyof L & keyof T
  >;
}
