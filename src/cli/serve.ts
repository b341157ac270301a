import { Command, Option } from 'commander';
import { ThreadmillError } from '../core/errors.ts';
import type { Fault } from '../core/faults.ts';
import { LIMITS } from '../core/limits.ts';
import { OPTIONS } from '../core/options.ts';
import { DISTRIBUTIONS, type Distribution, MAX_UNIFORM_JITTER } from '../orchestrator/server/latency.ts';
import { SERVE_EXAMPLES, withExamples } from './help.ts';
import { byteSize, duration, faults, namesOf, number, path, wholeNumber } from './values.ts';

interface ServeCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly keepAlive: boolean;
  readonly tls?: boolean;
  readonly latency?: number;
  readonly jitter?: number;
  readonly distribution?: Distribution[];
  readonly payload?: number;
  readonly fault?: Fault[];
}

export function serveCommand(done: (code: number) => void): Command {
  const options = [
    new Option('--port <n>', 'port to listen on')
      .argParser(wholeNumber('--port', 0, 65_535))
      .default(0, 'any free port'),
    new Option('--host <address>', 'address to listen on').argParser(path('--host')).default('127.0.0.1'),
    new Option('--latency <time>', 'mean latency of all four APIs (default: 15, 25, 40 and 60 ms)').argParser(
      duration('--latency', 0, LIMITS.responseMs),
    ),
    new Option(
      '--jitter <cv>',
      'variation of the latency: standard deviation ÷ mean; 0 is fixed (default: 0.2)',
    ).argParser(number('--jitter', 0, LIMITS.jitter)),
    new Option(
      '--distribution <name>',
      `distribution of the latencies: ${DISTRIBUTIONS.join(', ')} (default: log-normal)`,
    ).argParser(namesOf('--distribution', 'distribution', DISTRIBUTIONS)),
    new Option('--payload <size>', 'response size (default: 0.5 to 8 KB, depending on the API)').argParser(
      byteSize('--payload', LIMITS.payloadBytes),
    ),
    new Option('--seed <n>', 'the same seed gives the same latencies')
      .argParser(wholeNumber('--seed', 0, LIMITS.seed))
      .default(1),
    new Option('--no-keep-alive', 'close each connection after one response'),
    new Option(OPTIONS.fault.flags, OPTIONS.fault.help).argParser(faults('--fault')),
    new Option('--tls', 'speak TLS (https), with HTTP/1.1 and HTTP/2; its certificate is printed'),
  ];
  const command = new Command('serve')
    .description('Run the embedded API server until Ctrl+C.')
    .action(async (given: ServeCommandOptions) => done(await serve(given)));
  for (const option of options) command.addOption(option);
  return withExamples(command, SERVE_EXAMPLES);
}

async function serve(given: ServeCommandOptions): Promise<number> {
  const distribution = given.distribution?.[0] ?? null;
  if (distribution === 'uniform' && (given.jitter ?? 0) > MAX_UNIFORM_JITTER) {
    throw new ThreadmillError(
      'usage',
      '--jitter: a uniform distribution allows at most 0.577: above that it would reach below zero',
    );
  }
  const { serveInForeground } = await import('../orchestrator/server/serve.ts');
  return serveInForeground({
    port: given.port,
    host: given.host,
    seed: given.seed,
    keepAlive: given.keepAlive,
    tls: given.tls ?? false,
    latencyMs: given.latency ?? null,
    jitter: given.jitter ?? null,
    distribution,
    payloadBytes: given.payload ?? null,
    faults: given.fault ?? [],
  });
}
