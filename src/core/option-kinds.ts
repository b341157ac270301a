import { z } from 'zod';
import { wholeWithin, within } from './documents/numbers.ts';
import type { SweepAxisName } from './documents/sweep-axes.ts';
import { formatCount, formatMs, formatNumber } from './format.ts';

export type MeasuringCommand = 'bench' | 'profile' | 'sweep';

export type ValueSyntax =
  | {
      readonly type: 'whole' | 'number' | 'percent' | 'time' | 'time-with-unit' | 'size';
      readonly least: number;
      readonly most: number;
    }
  | { readonly type: 'flag' | 'path' | 'url' | 'faults' | 'queue' | 'queue-workers' }
  | { readonly type: 'word'; readonly known: readonly string[] }
  | {
      readonly type: 'names';
      readonly of: string;
      readonly known: readonly string[];
      readonly all?: true;
      /** Names for several. */
      readonly groups?: Readonly<Record<string, readonly string[]>>;
    };

export interface Kind<S extends z.ZodType> {
  readonly syntax: ValueSyntax;
  readonly schema: S;
  text(value: z.infer<S>): string;
}

export interface Facts {
  /** As commander takes them. */
  readonly flags: string;
  readonly group: 'Measurement:' | 'Built-in workload:';
  readonly help: string | ((command: MeasuringCommand) => string);
  /** Default: all of them. */
  readonly commands?: readonly MeasuringCommand[];
  /** Its name on pages; null: another option's text includes it. */
  readonly label: string | null;
  /** What null means, for people; without this text, null is not shown. */
  readonly unset?: string;
  /** Which part of spec.json takes it over from the request as it is: the run's, or what a workload is given. */
  readonly spec?: 'plan' | 'settings' | 'both';
  /** Two runs are compared only if they agree in it, or the difference is shown. */
  readonly compared?: 'must-agree' | 'shown';
  readonly axis?: SweepAxisName;
  readonly conflicts?: string;
}

/** Not given: null, which is decided from the workload or the machine. */
export function asked<S extends z.ZodType, const F extends Facts>(kind: Kind<S>, facts: F) {
  return { ...kind, ...facts, request: kind.schema.nullable(), fallback: () => null, shown: null };
}

/** @param shown the default in the help; null: `help` has it, and the command line tells whether it was given */
export function settled<S extends z.ZodType, const F extends Facts>(
  kind: Kind<S>,
  fallback: z.infer<S> | ((command: MeasuringCommand) => z.infer<S>),
  shown: string | ((command: MeasuringCommand) => string) | undefined | null,
  facts: F,
) {
  const fallbackOf = typeof fallback === 'function' ? fallback : () => fallback;
  return {
    ...kind,
    ...facts,
    request: kind.schema,
    fallback: fallbackOf as (command: MeasuringCommand) => z.infer<S>,
    shown,
  };
}

export function whole(
  least: number,
  most: number,
  text: (value: number) => string = formatCount,
): Kind<z.ZodInt> {
  return { syntax: { type: 'whole', least, most }, schema: wholeWithin(least, most), text };
}

export function number(
  least: number,
  most: number,
  text: (value: number) => string = formatNumber,
): Kind<z.ZodNumber> {
  return { syntax: { type: 'number', least, most }, schema: within(least, most), text };
}

export function time(
  least: number,
  most: number,
  type: 'time' | 'time-with-unit' = 'time',
): Kind<z.ZodNumber> {
  return { syntax: { type, least, most }, schema: within(least, most), text: formatMs };
}

export function flag(on: string, off: string): Kind<z.ZodBoolean> {
  return { syntax: { type: 'flag' }, schema: z.boolean(), text: (value) => (value ? on : off) };
}

export function text(type: 'path' | 'url' | 'queue' | 'queue-workers'): Kind<z.ZodString> {
  return { syntax: { type }, schema: z.string(), text: String };
}

export function word<const W extends readonly [string, ...string[]]>(
  known: W,
): Kind<z.ZodEnum<{ [K in W[number]]: K }>> {
  return { syntax: { type: 'word', known }, schema: z.enum(known), text: String };
}
