import { connect } from 'node:net';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { redactUrl } from '../../core/redaction.ts';

const LIMIT_MS = 5_000;

/** Opens one TCP connection to an external server, so that a wrong URL is one clear error. */
export async function checkReachable(baseUrl: string, signal?: AbortSignal): Promise<void> {
  const url = new URL(baseUrl);
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host, port, ...(signal && { signal }) });
      socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)));
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject);
    });
  } catch (thrown) {
    const first = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
    throw new ThreadmillError(
      'server-unreachable',
      `can't connect to ${redactUrl(baseUrl)}: ${messageOf(first)}`,
      {
        advice:
          'Start that server, or correct the URL; without --url the built-in workload starts its own server.',
      },
    );
  }
}
