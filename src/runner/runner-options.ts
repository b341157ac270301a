import { parseArgs } from 'node:util';
import { VARIANT_NAMES, type VariantName } from '../core/variants.ts';

/** How a runner was started. `once` is null for a runner that serves trials over IPC. */
export interface RunnerOptions {
  readonly spec: string;
  readonly variant: VariantName;
  readonly logFile: string | null;
  /** Where the rows of each trial go, one trial after another. */
  readonly rowsFile: string | null;
  /** File for the rows of traced trials, one trial after another. */
  readonly traceFile: string | null;
  /** What rows are copied into while a trial runs, because the process may not survive it; exists. */
  readonly journalFile: string | null;
  readonly once: OnceOptions | null;
}

export interface OnceOptions {
  readonly minLoadMs: number;
  readonly resultFile: string;
  readonly profileDir: string | null;
  /** Where one more repetition goes, profiled and traced in one; null: there is none. */
  readonly timelineDir: string | null;
  readonly samplingIntervalUs: number;
  readonly heapDir: string | null;
  readonly heapIntervalBytes: number;
}

/** Another server than the one in spec.json; by the environment, because a URL may hold a password. */
export const BASE_URL_VARIABLE = 'THREADMILL_BASE_URL';

/** Throws Error with the option's name if an argument is missing or wrong. */
export function parseRunnerArguments(argv: readonly string[]): RunnerOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      spec: { type: 'string' },
      variant: { type: 'string' },
      log: { type: 'string' },
      rows: { type: 'string' },
      trace: { type: 'string' },
      journal: { type: 'string' },
      once: { type: 'boolean', default: false },
      'min-load-ms': { type: 'string', default: '0' },
      result: { type: 'string' },
      'profile-dir': { type: 'string' },
      'timeline-dir': { type: 'string' },
      'sampling-interval-us': { type: 'string', default: '1000' },
      'heap-dir': { type: 'string' },
      'heap-interval-bytes': { type: 'string', default: '8192' },
    },
  });
  const variant = VARIANT_NAMES.find((name) => name === values.variant);
  if (variant === undefined) throw new Error(`--variant must be one of ${VARIANT_NAMES.join(', ')}`);
  const required = (name: 'spec' | 'result'): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing`);
    return value;
  };
  return {
    spec: required('spec'),
    variant,
    logFile: values.log ?? null,
    rowsFile: values.rows ?? null,
    traceFile: values.trace ?? null,
    journalFile: values.journal ?? null,
    once: values.once
      ? {
          minLoadMs: numberOf(values['min-load-ms'], 'min-load-ms'),
          resultFile: required('result'),
          profileDir: values['profile-dir'] ?? null,
          timelineDir: values['timeline-dir'] ?? null,
          samplingIntervalUs: numberOf(values['sampling-interval-us'], 'sampling-interval-us'),
          heapDir: values['heap-dir'] ?? null,
          heapIntervalBytes: numberOf(values['heap-interval-bytes'], 'heap-interval-bytes'),
        }
      : null,
  };
}

function numberOf(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`--${name} must be a number of 0 or more`);
  return value;
}
