import { z } from 'zod';
import { within } from './documents/numbers.ts';
import { formatBytes, formatMs, formatNumber } from './format.ts';
import { LIMITS } from './limits.ts';
import type { Outcome } from './outcomes.ts';

interface FaultValue {
  readonly unit: 'ms' | 'bytes' | 'status';
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

export interface FaultFacts {
  /** What the server does, as a part of a sentence. */
  readonly does: string;
  /** Drawn for each request, or for each connection when it is accepted. */
  readonly per: 'request' | 'connection';
  /** What its second number sets; null: it has none. */
  readonly value: FaultValue | null;
  /**
   * How a job may end whose last request had this fault; of a connection, any job on it. Several where it depends on
   * the protocol, on the place of the fault in a connection's life, or on what the workload does with the response.
   */
  readonly outcomes: readonly Outcome[];
  /** Other jobs on the connection may fail as well: it ends after a whole response, or in the midst of theirs. */
  readonly endsConnection?: true;
}

const time = (fallback: number): FaultValue => ({
  unit: 'ms',
  fallback,
  least: 0,
  most: LIMITS.responseMs,
});
const size = (fallback: number): FaultValue => ({
  unit: 'bytes',
  fallback,
  least: 1,
  most: LIMITS.payloadBytes,
});
const SLOW: readonly Outcome[] = ['ok', 'timeout'];
/** undici tells whether an earlier response came on the connection; all three mean that it ended. */
const ENDED: readonly Outcome[] = ['reset', 'stale-connection'];
/** A body that came whole by its length, and is not what it should be: `threw` where the workload parses it. */
const WRONG_BODY: readonly Outcome[] = ['ok', 'threw', 'protocol-error'];

/** Every fault that the embedded server can inject (`--fault`). */
export const FAULT_FACTS = {
  latency: {
    does: 'answers later by the time, ± the spread',
    per: 'request',
    value: time(100),
    outcomes: SLOW,
  },
  bandwidth: {
    does: 'sends the body at this size a second',
    per: 'request',
    value: size(16_384),
    outcomes: SLOW,
  },
  slice: {
    does: 'sends the body in pieces of this size, 1 ms apart',
    per: 'request',
    value: size(64),
    outcomes: SLOW,
  },
  'slow-close': {
    does: 'sends `Connection: close`, and closes the connection (HTTP/2: ends the stream) only this time after the response',
    per: 'request',
    value: time(100),
    outcomes: SLOW,
  },
  timeout: { does: 'never answers', per: 'request', value: null, outcomes: ['timeout'] },
  reset: { does: 'resets before the response', per: 'request', value: null, outcomes: ENDED },
  'reset-during': {
    does: 'resets in the middle of the body',
    per: 'request',
    value: null,
    // An RST discards what the client has not read yet, the beginning of the response included.
    outcomes: ENDED,
  },
  'reset-after': {
    does: 'resets the connection after the response (HTTP/2: GOAWAY)',
    per: 'request',
    value: null,
    outcomes: ['ok', ...ENDED],
    endsConnection: true,
  },
  limit: {
    does: 'ends the connection after this size of a longer response (HTTP/2: of its body)',
    per: 'request',
    value: size(256),
    outcomes: ['reset'],
  },
  error: {
    does: 'answers with this status, 500 to 599',
    per: 'request',
    value: { unit: 'status', fallback: 500, least: 500, most: 599 },
    outcomes: ['http-error'],
  },
  'too-many-requests': {
    does: 'answers 429 with Retry-After, in whole seconds',
    per: 'request',
    value: time(1_000),
    outcomes: ['http-error'],
  },
  'bad-status': {
    does: 'sends a malformed status line (HTTP/2: PROTOCOL_ERROR)',
    per: 'request',
    value: null,
    outcomes: ['protocol-error'],
  },
  'bad-header': {
    does: 'sends a malformed header (HTTP/2: PROTOCOL_ERROR)',
    per: 'request',
    value: null,
    outcomes: ['protocol-error'],
  },
  'length-over': {
    does: 'announces a longer body than it sends, and ends the connection',
    per: 'request',
    value: null,
    outcomes: ['reset', 'protocol-error'],
  },
  'length-under': {
    does: 'announces a shorter body than it sends',
    per: 'request',
    value: null,
    outcomes: WRONG_BODY,
    // Over HTTP/2, with Node 22 and later.
    endsConnection: true,
  },
  'stall-headers': {
    does: 'stops in the middle of the headers (HTTP/2: before them)',
    per: 'request',
    value: null,
    outcomes: ['timeout'],
  },
  endless: {
    does: 'sends a body without end',
    per: 'request',
    value: null,
    outcomes: ['protocol-error', 'timeout'],
  },
  bomb: {
    does: 'sends 64 MiB as 64 KiB of gzip, unasked',
    per: 'request',
    value: null,
    outcomes: WRONG_BODY,
  },
  refuse: {
    does: 'resets the connection as it accepts it',
    per: 'connection',
    value: null,
    outcomes: [...ENDED, 'connect-error'],
  },
  'idle-close': {
    does: 'closes the connection when it has been idle for that time',
    per: 'connection',
    value: time(100),
    outcomes: ENDED,
    endsConnection: true,
  },
} as const satisfies Record<string, FaultFacts>;

export type FaultName = keyof typeof FAULT_FACTS;
export const FAULT_NAMES = Object.keys(FAULT_FACTS) as [FaultName, ...FaultName[]];

export function faultFacts(name: FaultName): FaultFacts {
  return FAULT_FACTS[name];
}

/** One `--fault`: how often, and how much. */
export const faultSchema = z.strictObject({
  fault: z.enum(FAULT_NAMES),
  /** Share of the requests, or of the connections: 0 to 1. */
  share: within(0, 1),
  /** ms, bytes or a status, as its fault has it; null: it has none. */
  value: within(0, LIMITS.payloadBytes).nullable(),
  /** Half the width of the interval around `value` that is drawn from evenly; of latency only. */
  spread: within(0, LIMITS.responseMs).nullable(),
});
export type Fault = z.infer<typeof faultSchema>;

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

/** As it is typed, for a command line to repeat: `latency:5%:200ms`. */
export function faultArgument({ fault, share, value, spread }: Fault): string {
  const unit = faultFacts(fault).value?.unit === 'ms' ? 'ms' : '';
  const shown = [value, spread].flatMap((each) => (each === null ? [] : [`:${each}${unit}`]));
  return `${fault}:${Number((100 * share).toPrecision(12))}%${shown.join('')}`;
}

/** For people: `5% latency 200 ms`. */
export function faultText({ fault, share, value, spread }: Fault): string {
  const { value: facts } = faultFacts(fault);
  const format = facts?.unit === 'ms' ? formatMs : facts?.unit === 'bytes' ? formatBytes : String;
  const range = spread === null ? '' : ` ± ${formatMs(spread)}`;
  return `${formatNumber(100 * share)}% ${fault}${value === null ? '' : ` ${format(value)}${range}`}`;
}
