import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';

/**
 * Certificates as DER, by hand: X.509 v3 (RFC 5280) with P-256 keys and ECDSA with SHA-256. Just what the tests need.
 */
const SEQUENCE = 0x30;
const SET = 0x31;
const OID = {
  commonName: '550403',
  ecdsaSha256: '2a8648ce3d040302',
  altName: '551d11',
  constraints: '551d13',
};
const DAY_MS = 86_400_000;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const integer = (bytes: Buffer) => der(0x02, bytes);
const utcTime = (ms: number) =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const nameOf = (commonName: string) =>
  der(SEQUENCE, der(SET, der(SEQUENCE, oid(OID.commonName), der(0x0c, Buffer.from(commonName)))));
const extension = (id: string, value: Buffer) => der(SEQUENCE, oid(id), der(0x04, value));

export interface Certificate {
  readonly name: string;
  readonly key: KeyObject;
  readonly pem: string;
}

interface CertificateOptions {
  /** Absent: it signs itself. */
  readonly issuer?: Certificate;
  /** May sign others. */
  readonly isAuthority?: boolean;
  /** Default: 127.0.0.1. */
  readonly dnsName?: string;
  /** When it ends, days from now. Default 2. */
  readonly days?: number;
}

export function makeCertificate(name: string, options: CertificateOptions = {}): Certificate {
  const { issuer, isAuthority = false, dnsName, days = 2 } = options;
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  const altName =
    dnsName === undefined ? der(0x87, Buffer.from([127, 0, 0, 1])) : der(0x82, Buffer.from(dnsName));
  const algorithm = der(SEQUENCE, oid(OID.ecdsaSha256));
  const certificate = der(
    SEQUENCE,
    der(0xa0, integer(Buffer.from([2]))),
    // The first byte keeps it positive, and of the same length.
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    nameOf(issuer?.name ?? name),
    der(SEQUENCE, utcTime(now - 10 * DAY_MS), utcTime(now + days * DAY_MS)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      der(
        SEQUENCE,
        extension(
          OID.constraints,
          isAuthority ? der(SEQUENCE, der(0x01, Buffer.from([0xff]))) : der(SEQUENCE),
        ),
        extension(OID.altName, der(SEQUENCE, altName)),
      ),
    ),
  );
  const signature = sign('sha256', certificate, issuer?.key ?? key);
  const signed = der(SEQUENCE, certificate, algorithm, der(0x03, Buffer.from([0]), signature));
  return { name, key, pem: new X509Certificate(signed).toString() };
}

/** What is wrong with the certificate of a fault's server. `trusted`: nothing. */
export type CertificateKind =
  | 'trusted'
  | 'expired'
  | 'self-signed'
  | 'wrong-name'
  | 'unknown-issuer'
  | 'incomplete-chain';

export interface ServerCertificate {
  readonly key: string;
  /** The certificate itself, and those between it and the root that the server sends with it. */
  readonly cert: string;
}

/** The certificate authority that clients are told to trust, and what it signs or should have signed. */
export class Authority {
  readonly #root = makeCertificate('Threadmill tests', { isAuthority: true });
  readonly #made = new Map<CertificateKind, ServerCertificate>();

  /** PEM of the root, for NODE_EXTRA_CA_CERTS. */
  get pem(): string {
    return this.#root.pem;
  }

  certificate(kind: CertificateKind): ServerCertificate {
    const made = this.#made.get(kind) ?? this.#make(kind);
    this.#made.set(kind, made);
    return made;
  }

  #make(kind: CertificateKind): ServerCertificate {
    const root = this.#root;
    switch (kind) {
      case 'trusted':
        return forServer(makeCertificate('trusted', { issuer: root }));
      case 'expired':
        return forServer(makeCertificate('expired', { issuer: root, days: -1 }));
      case 'self-signed':
        return forServer(makeCertificate('self-signed'));
      case 'wrong-name':
        return forServer(makeCertificate('wrong-name', { issuer: root, dnsName: 'elsewhere.test' }));
      case 'unknown-issuer': {
        const stranger = makeCertificate('stranger', { isAuthority: true });
        return forServer(makeCertificate('unknown-issuer', { issuer: stranger }));
      }
      case 'incomplete-chain': {
        // The certificate in between is sent, its issuer is not known.
        const stranger = makeCertificate('stranger', { isAuthority: true });
        const between = makeCertificate('between', { issuer: stranger, isAuthority: true });
        return forServer(makeCertificate('incomplete-chain', { issuer: between }), between);
      }
    }
  }
}

function forServer(certificate: Certificate, between?: Certificate): ServerCertificate {
  const key = certificate.key.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { key, cert: `${certificate.pem}${between?.pem ?? ''}` };
}
