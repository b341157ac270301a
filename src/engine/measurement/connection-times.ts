import { Socket } from 'node:net';
import type { Clock } from './clock.ts';

/** Opening one connection, ns; 0 for a step that it did not have: a lookup of a bare address, TLS of http. */
interface ConnectionTimes {
  readonly startedAt: number;
  readonly dns: number;
  readonly tcp: number;
  readonly tls: number;
}

interface Opening {
  readonly startedAt: number;
  resolvedAt: number;
  connectedAt: number;
  securedAt: number;
}

/** Times the steps of connections that this thread opens, by wrapping Socket.prototype.connect: no channel reports them. */
export class ConnectionWatch {
  readonly #clock: Clock;
  readonly #openings = new WeakMap<object, Opening>();
  #restore: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    const original = Socket.prototype.connect;
    const note = (socket: Socket) => this.#note(socket);
    let watching = true;
    const watched = function (this: Socket, ...args: Parameters<typeof original>): Socket {
      if (watching) note(this);
      return original.apply(this, args);
    } as typeof original;
    Socket.prototype.connect = watched;
    this.#restore = () => {
      watching = false;
      // Other code may have wrapped it since: then it stays in place and does nothing.
      if (Socket.prototype.connect === watched) Socket.prototype.connect = original;
    };
  }

  stop(): void {
    this.#restore?.();
    this.#restore = null;
  }

  /** How this socket's connection was opened, reported once; null for an earlier one. */
  take(socket: object): ConnectionTimes | null {
    const opening = this.#openings.get(socket);
    if (opening === undefined || opening.connectedAt === 0) return null;
    this.#openings.delete(socket);
    const { startedAt, resolvedAt, connectedAt, securedAt } = opening;
    return {
      startedAt,
      dns: resolvedAt === 0 ? 0 : resolvedAt - startedAt,
      tcp: connectedAt - (resolvedAt === 0 ? startedAt : resolvedAt),
      tls: securedAt === 0 ? 0 : securedAt - connectedAt,
    };
  }

  #note(socket: Socket): void {
    const clock = this.#clock;
    const opening: Opening = { startedAt: clock(), resolvedAt: 0, connectedAt: 0, securedAt: 0 };
    this.#openings.set(socket, opening);
    // 'lookup' comes once for each address that the name has; they were all found by the first.
    socket.once('lookup', () => {
      opening.resolvedAt = clock();
    });
    socket.once('connect', () => {
      opening.connectedAt = clock();
    });
    socket.once('secureConnect', () => {
      opening.securedAt = clock();
    });
  }
}
