import { createHash } from 'node:crypto';

/** A token that looks like a service's, and belongs to nobody. */
export interface SecretSample {
  readonly kind: string;
  /** As it stands in text. */
  readonly text: string;
  /** What must not be seen of it, in however many pieces. */
  readonly secret: readonly string[];
}

const LOWER_HEX = '0123456789abcdef';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = UPPER + UPPER.toLowerCase();
const ALPHANUMERIC = `${LETTERS}0123456789`;
const BASE32 = `${UPPER}234567`;

/**
 * Beginning, alphabet and length of what follows. The beginnings are in two parts, and the rest is made here, so that
 * no scanner takes this file for a leak.
 */
const TOKENS: readonly (readonly [
  kind: string,
  begin: readonly [string, string],
  of: string,
  length: number,
])[] = [
  ['npm', ['np', 'm_'], ALPHANUMERIC, 36],
  ['GitLab', ['gl', 'pat-'], ALPHANUMERIC, 20],
  ['Google API key', ['AI', 'za'], ALPHANUMERIC, 35],
  ['Google OAuth', ['ya', '29.'], ALPHANUMERIC, 60],
  ['Stripe secret key', ['sk', '_live_'], ALPHANUMERIC, 24],
  ['Stripe restricted key', ['rk', '_live_'], ALPHANUMERIC, 24],
  ['Stripe webhook', ['wh', 'sec_'], ALPHANUMERIC, 32],
  ['AWS key', ['AK', 'IA'], BASE32, 16],
  ['AWS session key', ['AS', 'IA'], BASE32, 16],
  ['Hugging Face', ['h', 'f_'], LETTERS, 34],
  ['PyPI', ['py', 'pi-AgEIcHlwaS5vcmc'], ALPHANUMERIC, 60],
  ['DigitalOcean', ['do', 'p_v1_'], LOWER_HEX, 64],
  ['Shopify', ['sh', 'pat_'], LOWER_HEX, 32],
  ['Vault', ['hv', 's.'], ALPHANUMERIC, 90],
  ['Slack bot', ['xo', 'xb-123456789012-1234567890123-'], ALPHANUMERIC, 24],
  ['Slack user', ['xo', 'xp-123456789012-1234567890123-'], ALPHANUMERIC, 30],
  ['Slack app', ['xa', 'pp-1-A0123456789-1234567890123-'], LOWER_HEX, 64],
  ['GitHub classic', ['gh', 'p_'], ALPHANUMERIC, 36],
  ['GitHub OAuth', ['gh', 'o_'], ALPHANUMERIC, 36],
  ['GitHub server', ['gh', 's_'], ALPHANUMERIC, 36],
  ['GitHub refresh', ['gh', 'r_'], ALPHANUMERIC, 36],
  ['GitHub user', ['gh', 'u_'], ALPHANUMERIC, 36],
  ['GitHub fine-grained', ['github', '_pat_'], `${ALPHANUMERIC}_`, 82],
  ['Anthropic', ['sk-', 'ant-api03-'], ALPHANUMERIC, 95],
  ['OpenAI project', ['sk-', 'proj-'], ALPHANUMERIC, 156],
  ['OpenAI', ['s', 'k-'], ALPHANUMERIC, 48],
  ['Groq', ['gs', 'k_'], ALPHANUMERIC, 52],
];

const BASIC_AUTH = 'Bas';
const PEM_LINES = 4;

/** One of each kind, different for each `place`: what leaks says where it was. */
export function secretSamples(place: string): SecretSample[] {
  const body = (kind: string, alphabet: string, length: number) =>
    randomText(`${place} ${kind}`, alphabet, length);
  const password = body('password', ALPHANUMERIC, 20);
  const simple = TOKENS.map(([kind, begin, alphabet, length]) => {
    const secret = body(kind, alphabet, length);
    return { kind, text: begin.join('') + secret, secret: [secret] };
  });
  const parts = [30, 60, 43].map((length, part) => body(`part ${part}`, ALPHANUMERIC, length));
  const [head = '', payload = '', signature = ''] = parts;
  const sendGrid = [22, 43].map((length) => body(`SendGrid ${length}`, ALPHANUMERIC, length));
  const hook = ['T', 'B', ''].map(
    (letter, part) => letter + body(`hook ${part}`, ALPHANUMERIC, 8 + 8 * part),
  );
  const lines = Array.from({ length: PEM_LINES }, (_, line) => body(`line ${line}`, `${ALPHANUMERIC}+/`, 64));
  const key = ['PRIVATE', 'KEY'].join(' ');
  const basic = Buffer.from(`me:${password}`).toString('base64').replaceAll('=', '');
  return [
    ...simple,
    { kind: 'SendGrid', text: ['SG', ...sendGrid].join('.'), secret: sendGrid },
    { kind: 'JSON Web Token', text: [`ey${'J'}${head}`, payload, signature].join('.'), secret: parts },
    {
      kind: 'GitHub server, stateless',
      text: `gh${'s'}_12345_ey${'J'}${[head, payload, signature].join('.')}`,
      secret: parts,
    },
    {
      kind: 'Slack webhook',
      text: `https://hooks.slack.com/services/${hook.join('/')}`,
      secret: hook.slice(1),
    },
    {
      kind: 'private key',
      text: `-----BEGIN ${key}-----\n${lines.join('\n')}\n-----END ${key}-----`,
      secret: lines.map((line) => line.slice(0, 40)),
    },
    { kind: 'query pw', text: `/login?user=me&pw=${password}`, secret: [password] },
    { kind: 'query ticket', text: `/login?ticket=${password}&n=1`, secret: [password] },
    { kind: 'option', text: `psql --password ${password} -h db`, secret: [password] },
    { kind: 'bearer in lower case', text: `sent bearer ${password}`, secret: [password] },
    { kind: 'basic auth', text: `sent ${BASIC_AUTH}ic ${basic}`, secret: [password, basic] },
    { kind: 'user info', text: `https://me:${password}@db.example/x`, secret: [password] },
    { kind: 'JSON', text: JSON.stringify({ n: 1, password }), secret: [password] },
    {
      kind: 'JSON in JSON',
      text: JSON.stringify({ n: 1, body: JSON.stringify({ a: 'b', clientSecret: password }) }),
      secret: [password],
    },
    {
      kind: 'JSON in JSON in JSON',
      text: JSON.stringify([JSON.stringify({ body: JSON.stringify({ apiKey: password, a: 1 }) })]),
      secret: [password],
    },
  ];
}

/** The same for the same name, with a digit and letters of both cases where the alphabet has them. */
function randomText(name: string, alphabet: string, length: number): string {
  let text = '';
  for (let round = 0; text.length < length; round++) {
    for (const byte of createHash('sha256').update(`${name} ${round}`).digest())
      text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}
