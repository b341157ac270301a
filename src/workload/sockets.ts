import type { Socket } from 'node:net';

/** The open connections of one thread to one origin. */
export class Sockets {
  readonly #limit: number;
  readonly #onConnection: (socket: Socket) => void;
  readonly #open = new Set<Socket>();

  /**
   * @param limit connections at the most
   * @param onConnection called for each connection that is opened
   */
  constructor(limit: number, onConnection: (socket: Socket) => void) {
    this.#limit = limit;
    this.#onConnection = onConnection;
  }

  opened(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    this.#onConnection(socket);
  }

  get missing(): number {
    let open = 0;
    for (const socket of this.#open) if (!socket.destroyed) open++;
    return Math.max(0, this.#limit - open);
  }

  /** Closes all with a reset, so that no port stays in TIME_WAIT. Only while no request is in flight. */
  disconnect(): void {
    for (const socket of this.#open) {
      // Node resets plain TCP only, and libuv no socket that is shutting down: it would stay open, and Node spin at its exit.
      if ('encrypted' in socket || socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}
