import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';

/** Bytes that were written have left the process by then, and are read before an RST that follows. */
const BEFORE_RESET_MS = 30;

/** The client's end of one connection, for a fault to act on: the same over TCP and TLS. */
export class Peer {
  /** What bytes are written to: `raw`, or the TLS stream on it. */
  readonly stream: Duplex;
  readonly raw: Socket;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(raw: Socket, stream: Duplex) {
    this.raw = raw;
    this.stream = stream;
    stream.on('error', () => {});
    raw.on('error', () => {});
    raw.once('close', () => {
      for (const timer of this.#timers) clearTimeout(timer);
    });
  }

  get isClosed(): boolean {
    return this.raw.destroyed || !this.stream.writable;
  }

  /** False if the client does not keep up. */
  write(bytes: string | Buffer): boolean {
    return this.stream.write(bytes, 'latin1');
  }

  /** FIN, after these bytes. */
  end(bytes: string | Buffer = ''): void {
    this.stream.end(bytes, 'latin1');
  }

  /** RST, some time after these bytes: the client's kernel drops what it has not read when an RST comes. */
  reset(bytes: string | Buffer = ''): void {
    if (bytes.length === 0) {
      this.abort();
      return;
    }
    this.write(bytes);
    this.after(BEFORE_RESET_MS, () => this.abort());
  }

  protected abort(): void {
    this.raw.resetAndDestroy();
  }

  /** Unless the connection is closed by then. */
  after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.isClosed) then();
    }, ms);
    this.#timers.add(timer);
  }
}

/** A status line and headers, with the empty line at their end. */
export function head(headers: Readonly<Record<string, string>>, statusLine = 'HTTP/1.1 200 OK'): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${statusLine}\r\n${lines.join('')}\r\n`;
}

let bomb: Buffer | null = null;

/** 64 MiB of zeros, in 64 KiB. Made once, and only if it is sent. */
export function gzipBomb(): Buffer {
  bomb ??= gzipSync(Buffer.alloc(67_108_864));
  return bomb;
}
