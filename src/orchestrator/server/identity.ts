import { isIP } from 'node:net';
import { ThreadmillError } from '../../core/errors.ts';

const PACKAGE = 'selfsigned';

/** PEM texts. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

/**
 * A key of its own (P-256), and a certificate for `host` and this machine that is its own authority.
 * @throws {ThreadmillError} 'usage': the package that makes it is not installed
 */
export async function makeIdentity(host: string): Promise<Identity> {
  const { generate } = await load();
  const now = Date.now();
  const names = [...new Set(['localhost', '127.0.0.1', '::1', host])];
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Threadmill' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // A client's clock may be behind.
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { key, certificate: cert };
}

async function load(): Promise<typeof import('selfsigned')> {
  try {
    return await import('selfsigned');
  } catch (cause) {
    throw new ThreadmillError('usage', `--tls: the package ${PACKAGE} is not installed`, {
      advice: `It makes the server's certificate. Install it where Threadmill is installed: npm install ${PACKAGE}`,
      cause,
    });
  }
}
