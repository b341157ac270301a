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

/** @param value what its second number sets; null: it has none */
function perRequest(does: string, outcomes: readonly Outcome[], value: FaultValue | null = null) {
  return { does, per: 'request' as const, value, outcomes };
}

function perConnection(does: string, outcomes: readonly Outcome[], value: FaultValue | null = null) {
  return { does, per: 'connection' as const, value, outcomes };
}

/** Every fault that the embedded server can inject (`--fault`). */
export const FAULT_FACTS = {
  latency: perRequest('answers later by the time, ± the spread', SLOW, time(100)),
  bandwidth: perRequest('sends the body at this size a second', SLOW, size(16_384)),
  slice: perRequest('sends the body in pieces of this size, 1 ms apart', SLOW, size(64)),
  'slow-close': perRequest(
    'sends `Connection: close`, and closes the connection (HTTP/2: ends the stream) only this time after the response',
    SLOW,
    time(100),
  ),
  timeout: perRequest('never answers', ['timeout']),
  reset: perRequest('resets before the response', ENDED),
  // An RST discards what the client has not read yet, the beginning of the response included.
  'reset-during': perRequest('resets in the middle of the body', ENDED),
  'reset-after': {
    ...perRequest('resets the connection after the response (HTTP/2: GOAWAY)', ['ok', ...ENDED]),
    endsConnection: true,
  },
  limit: perRequest(
    'ends the connection after this size of a longer response (HTTP/2: of its body)',
    ['reset'],
    size(256),
  ),
  error: perRequest('answers with this status, 500 to 599', ['http-error'], {
    unit: 'status',
    fallback: 500,
    least: 500,
    most: 599,
  }),
  'too-many-requests': perRequest(
    'answers 429 with Retry-After, in whole seconds',
    ['http-error'],
    time(1_000),
  ),
  'bad-status': perRequest('sends a malformed status line (HTTP/2: PROTOCOL_ERROR)', ['protocol-error']),
  'bad-header': perRequest('sends a malformed header (HTTP/2: PROTOCOL_ERROR)', ['protocol-error']),
  'length-over': perRequest('announces a longer body than it sends, and ends the connection', [
    'reset',
    'protocol-error',
  ]),
  'length-under': {
    ...perRequest('announces a shorter body than it sends', WRONG_BODY),
    // Over HTTP/2, with Node 22 and later.
    endsConnection: true,
  },
  'stall-headers': perRequest('stops in the middle of the headers (HTTP/2: before them)', ['timeout']),
  endless: perRequest('sends a body without end', ['protocol-error', 'timeout']),
  bomb: perRequest('sends 64 MiB as 64 KiB of gzip, unasked', WRONG_BODY),
  refuse: perConnection('resets the connection as it accepts it', [...ENDED, 'connect-error']),
  'idle-close': {
    ...perConnection('closes the connection when it has been idle for that time', ENDED, time(100)),
    endsConnection: true,
  },
} as const satisfies Record<string, FaultFacts>;

export type FaultName = keyof typeof FAULT_FACTS;
export const FAULT_NAMES = Object.keys(FAULT_FACTS) as [FaultName, ...FaultName[]];

export function faultFacts(name: FaultName): FaultFacts {
  return FAULT_FACTS[name];
}

/** One `--fault`: how often, and how much. */
export interface Fault {
  readonly fault: FaultName;
  /** Share of the requests, or of the connections: 0 to 1. */
  readonly share: number;
  /** ms, bytes or a status, as its fault has it; null: it has none. */
  readonly value: number | null;
  /** Half the width of the interval around `value` that is drawn from evenly; of latency only. */
  readonly spread: number | null;
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
