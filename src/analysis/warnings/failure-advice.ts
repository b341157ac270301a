import type { JobError, VariantRecord } from '../../core/documents/run-record.ts';

type Told = Pick<JobError, 'outcome' | 'status' | 'code'>;

/** OpenSSL's names of a chain that ends in no known authority, as Node gives them. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const CAUSES: readonly { readonly matches: (error: Told) => boolean; readonly advice: string }[] = [
  {
    matches: ({ status }) => status === 429 || status === 503,
    advice:
      'The server answers 429 or 503 above its limit: lower the rate with --rate-limit, or lower --concurrency.',
  },
  {
    matches: ({ outcome }) => outcome === 'stale-connection',
    advice:
      'stale-connection: a kept-alive connection closed as a request was sent, usually at its idle timeout: a race, not a server error. Raise the keep-alive timeout of the server (Node: server.keepAliveTimeout, 5 s) or use --no-keep-alive. `sequential` is hit most: its connections idle longest.',
  },
  {
    matches: ({ outcome }) => outcome === 'client-exhausted',
    advice:
      'client-exhausted: this machine ran out of file descriptors or local ports. Raise the limit (`ulimit -n`, net.ipv4.ip_local_port_range), lower --concurrency, or keep connections alive.',
  },
  {
    matches: ({ code }) => code !== null && UNTRUSTED.has(code),
    advice:
      'Node does not know the authority of the server’s certificate: set NODE_EXTRA_CA_CERTS to a PEM file with that authority’s certificate.',
  },
];

export function failureAdvice(variants: readonly VariantRecord[]): string {
  const errors = variants.flatMap(({ trials, warmups, state }) =>
    (state === 'failed' ? warmups : trials).flatMap((trial) => trial.errors),
  );
  const causes = CAUSES.filter(({ matches }) => errors.some(matches)).map(({ advice }) => advice);
  return [
    ...causes,
    'Fix the failing jobs and run again: trials with failures are not compared, as a failed job is often a fast one.',
  ].join(' ');
}
