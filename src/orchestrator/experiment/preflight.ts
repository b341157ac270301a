import { readFileSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { DEFAULT_CLIENT } from '../../core/clients.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { RunSpec, WorkloadSettings } from '../../core/documents/spec.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { redactUrl } from '../../core/redaction.ts';
import { clientOf } from '../../core/variants.ts';
import type { Prepared } from './prepare.ts';

const LIMIT_MS = 5_000;

type Settings = Pick<WorkloadSettings, 'ca' | 'insecure' | 'protocol'>;

/** How the jobs connect: protocol, and which certificates they accept. */
export function connectionSettings(request: ExperimentRequest, { facts, spec }: Prepared): WorkloadSettings {
  const { settings } = spec.workload;
  return { ...settings, insecure: request.insecure || facts.certificates === 'unchecked' };
}

/** @throws {ThreadmillError} 'usage': HTTP/2, or a fault, is asked for where it is not possible */
export function checkProtocol(
  { protocol, tls, keepAlive, fault }: ExperimentRequest,
  { kind, url }: Pick<RunRecord['server'], 'kind' | 'url'>,
  { variants, workload }: Pick<RunSpec, 'variants' | 'workload'>,
): void {
  const clients = variants.map((name) => clientOf(name) ?? workload.settings.client ?? DEFAULT_CLIENT);
  const other = clients.find((name) => name !== DEFAULT_CLIENT);
  if (other !== undefined && protocol !== null && protocol !== 'h1') {
    throw new ThreadmillError('usage', `--protocol ${protocol}: the client ${other} sends HTTP/1.1 here`, {
      advice: 'Leave out --protocol, or that client.',
    });
  }
  if (fault.length > 0 && kind !== 'embedded') {
    throw new ThreadmillError('usage', '--fault needs the embedded server, and the jobs go elsewhere', {
      advice: 'Leave out --url, and let the workload use settings.baseUrl; or leave out --fault.',
    });
  }
  if (protocol !== 'h2') return;
  if (kind === 'embedded' ? !tls : url?.startsWith('http:')) {
    throw new ThreadmillError('usage', '--protocol h2: HTTP/2 needs TLS', {
      advice: kind === 'embedded' ? 'Add --tls.' : 'Give an https:// URL.',
    });
  }
  if (!keepAlive) {
    throw new ThreadmillError('usage', '--protocol h2: HTTP/2 keeps one connection', {
      advice: 'Leave out --no-keep-alive.',
    });
  }
}

/**
 * Opens and closes one connection to an external server, so that a wrong URL or certificate is one clear error
 * instead of a table of failed jobs.
 * @param settings which certificates are accepted; null: the workload decides, so only TCP is tried
 * @throws {ThreadmillError} 'server-unreachable'
 */
export async function checkReachable(
  baseUrl: string,
  settings: Settings | null,
  signal?: AbortSignal,
): Promise<void> {
  const url = new URL(baseUrl);
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port === '' ? (isSecure ? 443 : 80) : url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const shown = redactUrl(baseUrl);
  const aborting = signal && { signal };
  try {
    if (!isSecure || settings === null) {
      await opened(connect({ host, port, ...aborting }), 'connect');
      return;
    }
    const { ca, protocol } = settings;
    const socket = connectTls({
      host,
      port,
      // `checkTls` reports problems of the certificate.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === null ? {} : { ca: readFileSync(ca) }),
      ALPNProtocols: protocol === 'h2' ? ['h2'] : ['h2', 'http/1.1'],
      ...aborting,
    });
    await opened(socket, 'secureConnect', () => checkTls(socket, shown, settings));
  } catch (thrown) {
    if (thrown instanceof ThreadmillError) throw thrown;
    const first = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
    throw unreachable(`can't connect to ${shown}: ${reasonOf(first)}`, adviceOf(first));
  }
}

/** @param check runs while the connection is open; it may throw */
function opened(
  socket: ReturnType<typeof connect>,
  event: 'connect' | 'secureConnect',
  check: () => void = () => {},
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)));
    socket.once(event, () => {
      try {
        resolve(check());
      } catch (thrown) {
        reject(thrown);
      }
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function checkTls(socket: TLSSocket, url: string, { insecure, protocol }: Settings): void {
  if (protocol === 'h2' && socket.alpnProtocol !== 'h2') {
    throw unreachable(`${url} does not offer HTTP/2`, 'Leave out --protocol h2, or give --protocol auto.');
  }
  // Typed as an Error, but Node sets the code.
  const problem = socket.authorizationError as unknown as string | null | undefined;
  if (insecure || problem === null || problem === undefined) return;
  const certificate = socket.getPeerCertificate();
  const what = `the certificate of ${url}`;
  switch (problem) {
    case 'CERT_HAS_EXPIRED':
      throw unreachable(`${what} expired on ${certificate.valid_to}`, INSECURE);
    case 'CERT_NOT_YET_VALID':
      throw unreachable(`${what} is not valid before ${certificate.valid_from}`, INSECURE);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      throw unreachable(`${what} is for another name: ${namesOf(certificate)}`, INSECURE);
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      throw unreachable(`${what} is self-signed`, TRUST);
    default:
      throw unreachable(`${what} is not from an authority that is trusted (${problem})`, TRUST);
  }
}

const INSECURE = 'Renew it, or give --insecure to accept any certificate.';
const TRUST = 'Name the file of its authority with --ca, or give --insecure to accept any certificate.';

/** The text is from the server: shortened, without control characters. */
function namesOf({ subjectaltname, subject }: PeerCertificate): string {
  const names = subjectaltname ?? `CN=${subject?.CN ?? '?'}`;
  return names.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'it does not speak TLS';
    case 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL':
      return 'it does not offer HTTP/2';
    default:
      return messageOf(error);
  }
}

function adviceOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'Correct the URL: http:// where it speaks no TLS.';
    case 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL':
      return 'Leave out --protocol h2, or give --protocol auto.';
    default:
      return 'Start that server, or correct the URL; without --url the built-in workload starts its own server.';
  }
}

function unreachable(message: string, advice: string): ThreadmillError {
  return new ThreadmillError('server-unreachable', message, { advice });
}
