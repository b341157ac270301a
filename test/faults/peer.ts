import { Peer } from '../../src/orchestrator/server/faults/peer.ts';

/** The client's end of a connection, for the faults of the table as well. */
export class HostilePeer extends Peer {
  /** Requests on this connection, the one at hand included. */
  requests = 0;

  /** Writes the bytes one at a time. */
  drip(bytes: string, everyMs: number, then: () => void = () => {}): void {
    const next = (at: number) => {
      if (at === bytes.length) return then();
      this.write(bytes[at]!);
      this.after(everyMs, () => next(at + 1));
    };
    next(0);
  }

  /** Writes this again and again, as fast as the client reads. */
  flood(bytes: string | Buffer): void {
    const more = () => {
      // In pieces, so that the server has time for others.
      for (let piece = 0; piece < 16; piece++) {
        if (this.isClosed) return;
        if (!this.write(bytes)) {
          this.stream.once('drain', more);
          return;
        }
      }
      setImmediate(more);
    };
    more();
  }
}
