import { messageOf } from '../core/errors.ts';
import type { Outcome } from '../core/outcomes.ts';

export interface Classified {
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly message: string;
}

/** A failure that another thread has classified: an error would lose its code on the way. */
export class ClassifiedError extends Error {
  readonly classified: Classified;

  constructor(classified: Classified) {
    super(classified.message);
    this.classified = classified;
  }
}

const BY_CODE: Readonly<Record<string, Outcome>> = {
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ESOCKETTIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-error',
  ECONNREFUSED: 'connect-error',
  ENOTFOUND: 'connect-error',
  EAI_AGAIN: 'connect-error',
  EHOSTUNREACH: 'connect-error',
  ENETUNREACH: 'connect-error',
  EPROTO: 'connect-error',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol-error',
  ERR_HTTP2_PROTOCOL: 'protocol-error',
  UND_ERR_HEADERS_OVERFLOW: 'protocol-error',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'protocol-error',
  UND_ERR_ABORTED: 'aborted',
  // This machine has no file descriptor, local port or buffer left.
  EMFILE: 'client-exhausted',
  ENFILE: 'client-exhausted',
  EADDRNOTAVAIL: 'client-exhausted',
  ENOBUFS: 'client-exhausted',
};

/** Node's codes of X.509 verification errors (its documentation of `tls`); they share no prefix. */
const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'OUT_OF_MEM',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  // OpenSSL has more errors than Node has names.
  'UNSPECIFIED',
]);

/** Messages of UND_ERR_SOCKET for broken HTTP; with any other the connection ended. undici's version is pinned. */
const SOCKET_PROTOCOL_ERRORS: readonly string[] = ['bad response', 'bad upgrade'];

/** Of errors that have no code that is text: those of AbortSignal.timeout, and undici's for broken HTTP. */
const BY_NAME: Readonly<Record<string, Outcome>> = {
  TimeoutError: 'timeout',
  HTTPParserError: 'protocol-error',
};

/** How far to follow `cause`: `fetch` wraps once, a user's own error perhaps twice. */
const CAUSES = 5;

function codeOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}

function outcomeOf(code: string, thrown: unknown): Outcome | undefined {
  if (code === 'UND_ERR_SOCKET' && SOCKET_PROTOCOL_ERRORS.includes(messageOf(thrown)))
    return 'protocol-error';
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
  // EACCES of a file is an error of the user's code.
  if (code === 'EACCES' && (thrown as NodeJS.ErrnoException).syscall === 'connect') return 'connect-error';
  if (CERTIFICATE_CODES.has(code)) return 'connect-error';
  if (code.startsWith('HPE_')) return 'protocol-error';
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) return 'connect-error';
  return undefined;
}

/** Sorts what a job threw by its stable code or name, following causes; an unknown code is the user's own: `threw`. */
export function classify(thrown: unknown): Classified {
  try {
    return classifyReadable(thrown);
  } catch {
    // A proxy or a getter of the user's own threw: the job must end as a row all the same.
    return { outcome: 'threw', code: null, message: 'an error that cannot be read' };
  }
}

function classifyReadable(thrown: unknown): Classified {
  if (thrown instanceof ClassifiedError) return thrown.classified;
  let current: unknown = thrown;
  for (let depth = 0; depth < CAUSES && typeof current === 'object' && current !== null; depth++) {
    if (current instanceof AggregateError && current.errors.length > 0) {
      // Happy eyeballs: one error for each address that was tried. EADDRNOTAVAIL is also what an IPv6 address gives
      // where there is no IPv6: then the other address tells.
      current = current.errors.find((each) => codeOf(each) !== 'EADDRNOTAVAIL') ?? current.errors[0];
    }
    const code = codeOf(current);
    const outcome = code === null ? undefined : outcomeOf(code, current);
    if (code !== null && outcome !== undefined) return { outcome, code, message: messageOf(current) };
    if (current instanceof Error && Object.hasOwn(BY_NAME, current.name)) {
      return { outcome: BY_NAME[current.name]!, code, message: messageOf(current) };
    }
    current = current instanceof Error ? current.cause : null;
  }
  return { outcome: 'threw', code: codeOf(thrown), message: messageOf(thrown) };
}
