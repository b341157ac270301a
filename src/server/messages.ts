import { type ErrorData, messageOf, ThreadmillError } from '../errors.ts';
import type { ServerUsage } from './usage.ts';

/** What the process that started the server may ask of it. */
export type ServerRequest = { readonly type: 'stop' } | { readonly type: 'usage' };

/** What the server's process says: `listening` or `failed` once, then a `usage` for each one asked for. */
export type ServerMessage =
  | { readonly type: 'listening'; readonly port: number; readonly url: string; readonly pid: number }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | ({ readonly type: 'usage' } & ServerUsage);

export function errorData(thrown: unknown): ErrorData {
  if (thrown instanceof ThreadmillError) {
    return { code: thrown.code, message: thrown.message, advice: thrown.advice };
  }
  return {
    code: 'internal',
    message: messageOf(thrown),
    stack: thrown instanceof Error ? thrown.stack : undefined,
  };
}
