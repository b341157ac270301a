import { readFileSync } from 'node:fs';
import type { buildConnector } from 'undici';
import type { ThreadContext } from './workload.ts';
import { checkSpelling, WorkloadError } from './workload.ts';

/** PEM text, or the bytes of a file of it. */
type Pem = string | Uint8Array;

/** How `https://` connections are made; what is left out is Node's own default. */
export interface TlsOptions {
  /** Authorities to trust, instead of those that Node knows. `--ca` replaces it. */
  readonly ca?: Pem | readonly Pem[];
  /** The client's certificate, for a server that asks for one. */
  readonly cert?: Pem;
  /** Private key of `cert`. */
  readonly key?: Pem;
  /** Name that the server's certificate must have, and that it is told (SNI); default: the host of the URL. */
  readonly servername?: string;
  /** False: any certificate will do, as with `--insecure`; every output says so. */
  readonly rejectUnauthorized?: boolean;
}

const FIELDS = ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'] as const;

/** @throws WorkloadError naming the field */
export function checkTls(tls: unknown): TlsOptions {
  const where = 'httpWorkload: `tls`';
  if (tls === undefined) return {};
  if (typeof tls !== 'object' || tls === null) throw new WorkloadError(`${where} must be an object`);
  checkSpelling(where, tls, FIELDS);
  const { ca, cert, key, servername, rejectUnauthorized } = tls as Record<string, unknown>;
  const pems = { ca: Array.isArray(ca) ? ca : [ca], cert: [cert], key: [key] };
  for (const [name, values] of Object.entries(pems)) {
    if (values.some((value) => value !== undefined && !isPem(value))) {
      throw new WorkloadError(`${where}: \`${name}\` must be PEM text, or the bytes of a PEM file`);
    }
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new WorkloadError(`${where}: \`cert\` and \`key\` belong together`);
  }
  if (servername !== undefined && typeof servername !== 'string') {
    throw new WorkloadError(`${where}: \`servername\` must be a string`);
  }
  if (rejectUnauthorized !== undefined && typeof rejectUnauthorized !== 'boolean') {
    throw new WorkloadError(`${where}: \`rejectUnauthorized\` must be true or false`);
  }
  return tls;
}

function isPem(value: unknown): value is Pem {
  const isText = typeof value === 'string' || value instanceof Uint8Array;
  return isText && Buffer.from(value).includes('-----BEGIN ');
}

/** Of the workload, and of the command line, which is stronger. */
export function connectorOptions(
  tls: TlsOptions,
  { timeoutMs, ca, insecure }: Pick<ThreadContext, 'timeoutMs' | 'ca' | 'insecure'>,
): buildConnector.BuildOptions {
  return {
    ...(tls as object),
    timeout: timeoutMs,
    ...(ca === null ? {} : { ca: readFileSync(ca) }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}
