import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestEvents } from '../../workload/job-trace.ts';
import type { Clock } from './clock.ts';
import { ConnectionWatch } from './connection-times.ts';
import { addTo, setFirst, type TraceColumns } from './trace-table.ts';

/** A request between being put on a connection and its end. */
interface Flight {
  readonly position: number;
  readonly createdAt: number;
  sentAt: number;
  bodySentAt: number;
  headersAt: number;
}

interface RequestEvent {
  readonly request: object;
}

export const NO_JOB = -1;

/**
 * Notes the phases of the requests that this thread's jobs make, from what undici tells on its diagnostics channels,
 * which it does synchronously (Node's own `fetch` is undici, too), or from another client that calls the methods itself. A
 * request belongs to a job in one of two ways: the caller of `next` puts it on a connection, or it is made while `jobOf`
 * names the job.
 */
export class RequestTrace implements RequestEvents {
  readonly #columns: TraceColumns;
  readonly #clock: Clock;
  readonly #jobOf: () => number;
  readonly #connections: ConnectionWatch;
  readonly #flights = new WeakMap<object, Flight>();
  readonly #listeners: readonly (readonly [channel: string, listener: (message: unknown) => void])[];
  #next = NO_JOB;

  /** @param jobOf position of the job in whose name code runs just now, −1 for none */
  constructor(columns: TraceColumns, clock: Clock, jobOf: () => number = () => NO_JOB) {
    this.#columns = columns;
    this.#clock = clock;
    this.#jobOf = jobOf;
    this.#connections = new ConnectionWatch(clock);
    const listener = <Event>(listen: (event: Event) => void) => listen as (message: unknown) => void;
    this.#listeners = [
      ['undici:request:create', listener((event: RequestEvent) => this.#created(event))],
      [
        'undici:client:sendHeaders',
        listener((event: RequestEvent & { socket: object }) => this.sending(event)),
      ],
      ['undici:request:bodySent', listener((event: RequestEvent) => this.bodySent(event))],
      [
        'undici:request:headers',
        listener((event: RequestEvent & { response: { statusCode: number } }) => this.headers(event)),
      ],
      ['undici:request:trailers', listener((event: RequestEvent) => this.ended(event))],
      ['undici:request:error', listener((event: RequestEvent) => this.failed(event))],
    ];
  }

  start(): void {
    this.#connections.start();
    for (const [channel, listener] of this.#listeners) subscribe(channel, listener);
  }

  stop(): void {
    this.#connections.stop();
    for (const [channel, listener] of this.#listeners) unsubscribe(channel, listener);
  }

  /** A job hands its request to the client. */
  dispatched(position: number): void {
    this.#columns.createdAt[position] = this.#clock();
  }

  /** The request that is put on a connection next is that of this job, which has been `dispatched`. */
  next(position: number): void {
    this.#next = position;
  }

  #created({ request }: RequestEvent): void {
    const position = this.#jobOf();
    if (position === NO_JOB) return;
    const createdAt = this.#clock();
    setFirst(this.#columns.createdAt, position, createdAt);
    this.#flights.set(request, { position, createdAt, sentAt: 0, bodySentAt: 0, headersAt: 0 });
  }

  sending({ request, socket }: RequestEvent & { socket: object }): void {
    const columns = this.#columns;
    const now = this.#clock();
    let flight = this.#flights.get(request);
    if (flight === undefined) {
      const position = this.#next;
      if (position === NO_JOB) return;
      this.#next = NO_JOB;
      const createdAt = columns.createdAt[position]!;
      flight = { position, createdAt, sentAt: 0, bodySentAt: 0, headersAt: 0 };
      this.#flights.set(request, flight);
    }
    const { position } = flight;
    flight.sentAt = now;
    setFirst(columns.sentAt, position, now);
    let connectNs = 0;
    const connection = this.#connections.take(socket);
    if (connection !== null) {
      setFirst(columns.connectAt, position, connection.startedAt);
      addTo(columns.dns, position, connection.dns);
      addTo(columns.tcp, position, connection.tcp);
      addTo(columns.tls, position, connection.tls);
      connectNs = connection.dns + connection.tcp + connection.tls;
    }
    // A connection may have been begun for a request that is gone by now: then it took longer than this one waited.
    addTo(columns.clientQueue, position, Math.max(0, now - flight.createdAt - connectNs));
  }

  bodySent({ request }: RequestEvent): void {
    const flight = this.#flights.get(request);
    if (flight === undefined || flight.sentAt === 0) return;
    const now = this.#clock();
    flight.bodySentAt = now;
    addTo(this.#columns.send, flight.position, now - flight.sentAt);
  }

  headers({ request, response }: RequestEvent & { response: { statusCode: number } }): void {
    const flight = this.#flights.get(request);
    // 1xx announce a response, they are none.
    if (flight === undefined || response.statusCode < 200) return;
    const now = this.#clock();
    flight.headersAt = now;
    this.#columns.headersAt[flight.position] = now;
    addTo(this.#columns.wait, flight.position, now - Math.max(flight.bodySentAt, flight.sentAt));
  }

  ended({ request }: RequestEvent): void {
    const flight = this.#flights.get(request);
    if (flight === undefined) return;
    this.#flights.delete(request);
    const now = this.#clock();
    this.#columns.bodyEndAt[flight.position] = now;
    addTo(this.#columns.download, flight.position, now - flight.headersAt);
    addTo(this.#columns.requests, flight.position, 1);
  }

  failed({ request }: RequestEvent): void {
    this.#flights.delete(request);
  }
}
