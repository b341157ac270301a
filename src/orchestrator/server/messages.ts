import type { ErrorData } from '../../core/errors.ts';
import type { ServerUsage } from './usage.ts';

export type ServerRequest = { readonly type: 'stop' } | { readonly type: 'usage' };

/** What the server's process says: `listening` or `failed` once, then a `usage` for each one asked for. */
export type ServerMessage =
  | {
      readonly type: 'listening';
      readonly port: number;
      readonly url: string;
      readonly pid: number;
      readonly certificate: string | null;
    }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | ({ readonly type: 'usage' } & ServerUsage);
