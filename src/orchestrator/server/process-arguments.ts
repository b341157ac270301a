import { parseArgs } from 'node:util';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { DEFAULT_SERVE_OPTIONS, type ServeOptions, serveOptionsSchema } from './options.ts';

interface ServerArguments {
  readonly options: ServeOptions;
  /** NDJSON log; null: none. */
  readonly logFile: string | null;
  readonly logRequests: boolean;
  readonly runId: string;
}

const ADVICE =
  `The options are --port, --host, --seed, --no-keep-alive, --tls, --latency, --jitter, --distribution,
--payload, --faults, --log, --log-requests and --run-id.`.replaceAll('\n', ' ');

/** Reads the arguments of the server's process. @throws {ThreadmillError} 'usage' */
export function parseServerArguments(argv: readonly string[]): ServerArguments {
  const values = parse(argv);
  const checked = serveOptionsSchema.safeParse({
    port: number(values.port) ?? DEFAULT_SERVE_OPTIONS.port,
    host: values.host ?? DEFAULT_SERVE_OPTIONS.host,
    seed: number(values.seed) ?? DEFAULT_SERVE_OPTIONS.seed,
    keepAlive: values['no-keep-alive'] !== true,
    tls: values.tls === true,
    latencyMs: number(values.latency),
    jitter: number(values.jitter),
    distribution: values.distribution ?? null,
    payloadBytes: number(values.payload),
    faults: json(values.faults) ?? [],
  });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const message = `API server: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong value'}.`;
    throw new ThreadmillError('usage', message, { advice: ADVICE });
  }
  return {
    options: checked.data,
    logFile: values.log ?? null,
    logRequests: values['log-requests'] === true,
    runId: values['run-id'] ?? '',
  };
}

/** The same arguments as text, for whoever spawns the process. */
export function formatServerArguments({ options, logFile, logRequests, runId }: ServerArguments): string[] {
  const { port, host, seed, keepAlive, tls, latencyMs, jitter, distribution, payloadBytes, faults } = options;
  const given = Object.entries({ port, host, seed, latency: latencyMs, jitter, distribution });
  const named = [
    ...given,
    ['payload', payloadBytes] as const,
    ['faults', faults.length === 0 ? null : JSON.stringify(faults)] as const,
    ['log', logFile] as const,
    ['run-id', runId] as const,
  ];
  return [
    ...named.flatMap(([name, value]) => (value === null ? [] : [`--${name}=${value}`])),
    ...(keepAlive ? [] : ['--no-keep-alive']),
    ...(tls ? ['--tls'] : []),
    ...(logRequests ? ['--log-requests'] : []),
  ];
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: text,
        host: text,
        seed: text,
        latency: text,
        jitter: text,
        distribution: text,
        payload: text,
        faults: text,
        log: text,
        'run-id': text,
        'no-keep-alive': flag,
        tls: flag,
        'log-requests': flag,
      },
    }).values;
  } catch (thrown) {
    throw new ThreadmillError('usage', `API server: ${messageOf(thrown)}`, { advice: ADVICE, cause: thrown });
  }
}

/** The text itself where it is no JSON: the schema then says so. */
function json(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** NaN where the text is no number: the schema then says so. */
function number(text: string | undefined): number | null {
  if (text === undefined) return null;
  return text.trim() === '' ? Number.NaN : Number(text);
}
