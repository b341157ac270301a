import type { ErrorData } from '../../core/errors.ts';
import type { Injected } from './faults/injector.ts';
import type { ServerUsage } from './usage.ts';

export type ServerRequest = { readonly type: 'stop' | Question };

/** What a server can be asked. */
export type Question = 'usage' | 'injected';

/** What the server's process says: `listening` or `failed` once, then an answer to each question. */
export type ServerMessage =
  | {
      readonly type: 'listening';
      readonly port: number;
      readonly url: string;
      readonly pid: number;
      readonly certificate: string | null;
    }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | ({ readonly type: 'usage' } & ServerUsage)
  | ({ readonly type: 'injected' } & Injected);
