import { LIMITS } from '../../core/limits.ts';
import { DISTRIBUTIONS, type Distribution, MAX_UNIFORM_JITTER } from './latency.ts';
import { SERVER_LIMITS } from './options.ts';

/** What the query of an API request may set; null: not given. */
interface ApiQuery {
  readonly latencyMs: number | null;
  readonly jitter: number | null;
  readonly distribution: Distribution | null;
  readonly payloadBytes: number | null;
  readonly status: number | null;
  /** Time that the server computes synchronously, ms. */
  readonly busyMs: number | null;
}

const KNOWN = ['latency', 'jitter', 'distribution', 'size', 'status', 'busy'] as const;

/** A value that a client sent and that can't be used: answered with 400 and this message. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Reads the text after `?`. Other parameters only change the URL, and with it the latency. @throws {BadRequest} */
export function parseApiQuery(query: string): ApiQuery {
  const parameters = new URLSearchParams(query);
  for (const name of KNOWN) {
    if (parameters.getAll(name).length > 1) throw new BadRequest(`${name} is given twice`);
  }
  return {
    latencyMs: number(parameters, 'latency', 0, LIMITS.responseMs),
    jitter: number(parameters, 'jitter', 0, LIMITS.jitter),
    distribution: distribution(parameters.get('distribution')),
    payloadBytes: integer(parameters, 'size', 0, LIMITS.payloadBytes),
    status: integer(parameters, 'status', 200, 599),
    busyMs: number(parameters, 'busy', 0, SERVER_LIMITS.busyMs),
  };
}

/** @throws {BadRequest} a uniform distribution that would reach below zero */
export function checkJitter(distributionName: Distribution, jitter: number): void {
  if (distributionName === 'uniform' && jitter > MAX_UNIFORM_JITTER) {
    throw new BadRequest(`jitter must be at most 0.577 with a uniform distribution, not ${jitter}`);
  }
}

/** @throws {BadRequest} */
export function parseInteger(name: string, text: string, low: number, high: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new BadRequest(
    `${name} must be an integer from ${low} to ${high}, not ${JSON.stringify(text.slice(0, 80))}`,
  );
}

function integer(parameters: URLSearchParams, name: string, low: number, high: number): number | null {
  const text = parameters.get(name);
  return text === null ? null : parseInteger(name, text, low, high);
}

function number(parameters: URLSearchParams, name: string, low: number, high: number): number | null {
  const text = parameters.get(name);
  if (text === null) return null;
  const value = /^\d{1,12}(\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new BadRequest(
    `${name} must be a number from ${low} to ${high}, not ${JSON.stringify(text.slice(0, 80))}`,
  );
}

function distribution(text: string | null): Distribution | null {
  if (text === null) return null;
  const known = DISTRIBUTIONS.find((name) => name === text);
  if (known !== undefined) return known;
  throw new BadRequest(
    `distribution must be one of ${DISTRIBUTIONS.join(', ')}, not ${JSON.stringify(text.slice(0, 80))}`,
  );
}
