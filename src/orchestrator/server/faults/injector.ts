import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { FAULT_NAMES, type Fault, type FaultName, faultFacts } from '../../../core/faults.ts';
import { JOB_HEADER, NOT_A_JOB } from '../../../core/protocols.ts';
import { hashText, Random } from '../random.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { Exchange, transportOf } from './exchange.ts';

export type FaultCounts = Partial<Record<FaultName, number>>;

/** Of a repeated request, in place of a fault. */
const NO_FAULT = -1;

/** What was injected since it was last asked for. */
export interface Injected {
  /**
   * Three numbers for each request that named its job, and had a fault or was a repeated one: position, attempt, and
   * index into FAULT_NAMES, or −1.
   */
  readonly jobs: readonly number[];
  /** Requests that named none. */
  readonly requests: FaultCounts;
  readonly connections: FaultCounts;
}

interface Drawn {
  readonly fault: FaultName;
  readonly value: number;
}

/** An open connection that is closed when it is idle: a socket of HTTP/1.1, or a session of HTTP/2. */
interface Watched {
  readonly idleMs: number;
  open: number;
  timer: NodeJS.Timeout | null;
}

/**
 * Injects faults. A request that names its job has the fault that seed, position and attempt give it, in every variant
 * and round; any other one, and a connection, that of its number since the start.
 */
export class FaultInjector {
  readonly #seed: number;
  readonly #perRequest: readonly Fault[];
  readonly #perConnection: readonly Fault[];
  readonly #watched = new WeakMap<object, Watched>();
  #requests = 0;
  #connections = 0;
  #jobs: number[] = [];
  #unnamed: FaultCounts = {};
  #ended: FaultCounts = {};

  constructor(seed: number, faults: readonly Fault[]) {
    this.#seed = seed;
    this.#perRequest = faults.filter(({ fault }) => faultFacts(fault).per === 'request');
    this.#perConnection = faults.filter(({ fault }) => faultFacts(fault).per === 'connection');
  }

  take(): Injected {
    const injected = { jobs: this.#jobs, requests: this.#unnamed, connections: this.#ended };
    this.#jobs = [];
    this.#unnamed = {};
    this.#ended = {};
    return injected;
  }

  over(routes: RequestListener): RequestListener {
    const isCalm = this.#perRequest.length + this.#perConnection.length === 0;
    return (request, response) => {
      // Nothing else is looked at where there are none: parsed headers cost more than the route.
      if ((isCalm && request.url?.includes('fault=') !== true) || request.headers[JOB_HEADER] === NOT_A_JOB) {
        routes(request, response);
        return;
      }
      this.#watchIdle(request, response);
      const job = jobOf(request);
      const key = job === null ? `r${this.#requests++}` : job.join('.');
      const asked = askedFault(request.url);
      const drawn = asked ?? draw(this.#perRequest, hashText(key, this.#seed));
      if (drawn === null) {
        // So that a job's last request is known.
        if (job !== null && job[1] > 0) this.#jobs.push(...job, NO_FAULT);
        routes(request, response);
        return;
      }
      const { fault, value } = drawn;
      const exchange = new Exchange(request, response, routes, () => {
        if (job === null) count(this.#unnamed, fault);
        else this.#jobs.push(...job, FAULT_NAMES.indexOf(fault));
      });
      BEHAVIOURS[fault as keyof typeof BEHAVIOURS](exchange, value);
    };
  }

  /** @param opened the event of a connection that HTTP/1.1 will be spoken on */
  watch(server: Server, opened: 'connection' | 'secureConnection'): void {
    if (this.#perConnection.length === 0) return;
    const drawn = new WeakMap<Socket, Drawn>();
    server.prependListener('connection', (socket: Socket) => {
      const fault = draw(this.#perConnection, hashText(`c${this.#connections++}`, this.#seed));
      if (fault === null) return;
      if (fault.fault === 'idle-close') drawn.set(socket, fault);
      else {
        count(this.#ended, fault.fault);
        socket.resetAndDestroy();
      }
    });
    const watch = (connection: object, socket: Socket): void => {
      const fault = drawn.get(transportOf(socket));
      if (fault !== undefined) this.#watched.set(connection, { idleMs: fault.value, open: 0, timer: null });
    };
    server.on(opened, (socket: Socket) => watch(socket, socket));
    server.on('session', (session: Http2Session) => watch(session, session.socket as Socket));
  }

  #watchIdle(request: IncomingMessage, response: ServerResponse): void {
    const connection = connectionOf(request);
    const watched = this.#watched.get(connection);
    if (watched === undefined) return;
    watched.open++;
    if (watched.timer !== null) clearTimeout(watched.timer);
    response.once('close', () => {
      watched.open--;
      if (watched.open > 0) return;
      watched.timer = setTimeout(() => {
        this.#watched.delete(connection);
        if (connection.destroyed) return;
        count(this.#ended, 'idle-close');
        if ('close' in connection) connection.close();
        else connection.end();
      }, watched.idleMs);
      watched.timer.unref();
    });
  }
}

function connectionOf(request: IncomingMessage): Socket | Http2Session {
  if (!('stream' in request)) return request.socket;
  return (request as unknown as Http2ServerRequest).stream.session ?? request.socket;
}

/** Position and attempt; null for a request that names no job. */
function jobOf({ headers }: IncomingMessage): [position: number, attempt: number] | null {
  const found = /^(\d{1,9})\.(\d{1,9})$/.exec(String(headers[JOB_HEADER] ?? ''));
  return found && [Number(found[1]), Number(found[2])];
}

/** `?fault=<name>`: each request of this URL has it. */
function askedFault(url = ''): Drawn | null {
  const name = /[?&]fault=([\w-]+)/.exec(url)?.[1];
  const fault = FAULT_NAMES.find((each) => each === name && faultFacts(each).per === 'request');
  return fault === undefined ? null : { fault, value: faultFacts(fault).value?.fallback ?? 0 };
}

/** At most one of them, each with its share. */
function draw(faults: readonly Fault[], hash: number): Drawn | null {
  const random = new Random(hash);
  let left = random.next();
  for (const { fault, share, value, spread } of faults) {
    left -= share;
    if (left >= 0) continue;
    const moved = (value ?? 0) + (spread ?? 0) * (2 * random.next() - 1);
    return { fault, value: Math.max(0, moved) };
  }
  return null;
}

function count(into: FaultCounts, fault: FaultName): void {
  into[fault] = (into[fault] ?? 0) + 1;
}
