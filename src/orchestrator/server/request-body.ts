import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { crc32 } from 'node:zlib';
import { SERVER_LIMITS } from './options.ts';

/** Longest body that is kept to be sent back, bytes. */
const KEPT_BYTES = 65_536;

export interface ReceivedBody {
  readonly length: number;
  readonly crc32: number;
  /** Null: longer than 64 KiB, and only counted. */
  readonly kept: Buffer | null;
}

/** True if the request says that it carries a body: by RFC 9112, 6.3, or in HTTP/2 by a stream that goes on. */
export function announcesBody(request: IncomingMessage): boolean {
  if (request.httpVersionMajor === 2) {
    return !(request as unknown as Http2ServerRequest).stream.endAfterHeaders;
  }
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Reads the body, keeping at most 64 KiB. Exactly one callback is called, or none if the client leaves. */
export function readBody(
  request: IncomingMessage,
  done: (body: ReceivedBody) => void,
  tooLarge: () => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > SERVER_LIMITS.requestBytes) {
    tooLarge();
    return;
  }
  let length = 0;
  let checksum = 0;
  let kept: Buffer[] = [];
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > SERVER_LIMITS.requestBytes) {
      request.off('data', onData).off('end', onEnd);
      tooLarge();
      return;
    }
    checksum = crc32(chunk, checksum);
    if (length <= KEPT_BYTES) kept.push(chunk);
    else kept = [];
  };
  const onEnd = (): void => {
    done({ length, crc32: checksum, kept: length <= KEPT_BYTES ? Buffer.concat(kept, length) : null });
  };
  request.on('data', onData).on('end', onEnd);
}
