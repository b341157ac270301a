import { resolve } from 'node:path';
import { Option } from 'commander';
import type { z } from 'zod';
import type { Gate } from '../analysis/gates/parse-gate.ts';
import { type ExperimentRequest, experimentRequestSchema } from '../core/documents/request.ts';
import type { Load } from '../core/documents/spec.ts';
import { ThreadmillError } from '../core/errors.ts';
import { REQUEST_OPTIONS } from '../core/option-fields.ts';
import type { MeasuringCommand } from '../core/option-kinds.ts';
import { ARRIVALS, OPTION_NAMES, OPTIONS, type OptionName, optionOf } from '../core/options.ts';
import { redactArguments, redactText } from '../core/redaction.ts';
import { withPools } from '../core/variants.ts';
import { AGAINST_MAX_TIME_MS, type GivenAgainst, toAgainst, withGate } from './against-options.ts';
import type { JudgingOptions } from './judging.ts';
import { type GivenOutput, type OutputOptions, toOutput } from './output.ts';

export interface DisplayOptions extends OutputOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What commander makes of the options in run-options.ts; a flag that was not given is not there. */
export interface RunOptions
  extends GivenOutput,
    GivenAgainst,
    Partial<Pick<DisplayOptions, 'quiet' | 'verbose'>> {
  readonly baseline?: string;
  readonly failIf: Gate[];
  readonly out: string;
}

export function toDisplayOptions({
  quiet,
  verbose,
  ...output
}: GivenOutput & Partial<Pick<DisplayOptions, 'quiet' | 'verbose'>>): DisplayOptions {
  return { ...toOutput(output), quiet: quiet === true, verbose: verbose === true };
}

export function toJudging(options: RunOptions): JudgingOptions {
  const { failIf, baseline } = options;
  const gates = toAgainst(options) === null ? failIf : withGate(failIf, options);
  return { gates, baseline: baseline ?? null };
}

type Settled = Pick<ExperimentRequest, (typeof REQUEST_OPTIONS)[number]>;

/** The request that these options make; paths become absolute. `argv` is the command line after `threadmill`. */
export function toRequest(
  command: MeasuringCommand,
  options: Pick<RunOptions, 'out'> & GivenAgainst,
  argv: readonly string[],
): ExperimentRequest {
  const against = toAgainst(options);
  const given = givenValues(options);
  const values = Object.fromEntries(
    REQUEST_OPTIONS.map((name) => [name, given[name] ?? optionOf(name).fallback(command)]),
  ) as unknown as Settled;
  const { workloadFile, ca, maxTimeMs, aa, variants, pool } = values;
  return experimentRequestSchema.parse({
    ...values,
    variants: variants && withPools(variants, pool),
    pool: variants === null ? pool : ['piscina'],
    command: command === 'sweep' ? 'bench' : command,
    commandLine: `threadmill ${redactArguments(argv)}`,
    outDir: resolve(options.out),
    out: redactText(options.out),
    workloadFile: workloadFile === null ? null : resolve(workloadFile),
    ca: ca === null ? null : resolve(ca),
    maxTimeMs: given.maxTimeMs ?? (against !== null ? AGAINST_MAX_TIME_MS : aa ? 2 * maxTimeMs : maxTimeMs),
    // Who says how long it may take is not kept waiting any longer.
    minRounds: given.maxTimeMs === undefined && command !== 'sweep' ? null : 1,
    load: toLoad(given),
    cpuIterationsPerMs: null,
    ...(options.profile === true ? { captures: ['threads' as const] } : {}),
    against,
    sweep: null,
  });
}

type Given = { readonly [K in OptionName]?: z.infer<(typeof OPTIONS)[K]['schema']> };

/** What commander has, by the names of the fields; `toRequest` checks it. */
function givenValues(options: object): Given {
  const byAttribute = new Map(Object.entries(options));
  return Object.fromEntries(
    OPTION_NAMES.map((name) => [name, byAttribute.get(attributeOf(name))]),
  ) as unknown as Given;
}

function toLoad({ rate, arrivals, rateLimit }: Given): Load {
  if (rate !== undefined) return { kind: 'open', rate, arrivals: arrivals ?? ARRIVALS[0] };
  if (arrivals !== undefined) {
    throw new ThreadmillError('usage', '--arrivals is for a run with --rate', {
      advice: 'Give the jobs per second as well: --rate 100.',
    });
  }
  return { kind: 'closed', rateLimit: rateLimit ?? null };
}

/** What commander calls it: `maxTime`. */
export function attributeOf(name: OptionName): string {
  return new Option(OPTIONS[name].flags).attributeName();
}
