/** Which names of parameters, headers, fields, options and variables announce a secret. */

/** Secret as a word of a longer name: `api_key`, `sigV2`, `x-auth`; but not `monkey`, `author`. */
const SECRET_WORDS = new Set(
  (
    'key sig auth oauth pwd pw pswd pass pin otp totp mfa sid csrf xsrf code nonce salt cert private ticket ' +
    'verifier assertion'
  ).split(' '),
);

/** A quick look, before a name is taken apart. */
const MAY_HAVE_WORD = new RegExp([...SECRET_WORDS].join('|'), 'i');

/** Secret wherever they occur in a name, since nothing harmless contains them. */
const SECRET_PARTS =
  /token|secret|passw|passphrase|apikey|signature|credential|session|jwt|bearer|authorization|cookie/i;

/** Secret in a query, but ordinary in prose as a name of their own: `code: ECONNRESET`, `pass: 3`, `key: name`. */
const ORDINARY_IN_PROSE = new Set(
  'code key pass pin salt cert private nonce sid ticket assertion verifier'.split(' '),
);

/** Of these hardly any value is ordinary; of other names (`session: closed`, `tokens: 512`) many are. */
const PASSWORD_PARTS = /passw|passphrase|secret|(?:api|access|private)[-_]?key/i;
const PASSWORD_WORDS = new Set('pwd pw pswd otp totp'.split(' '));

function wordsOf(name: string): string[] {
  if (!MAY_HAVE_WORD.test(name)) return [];
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function isSecretName(name: string): boolean {
  const plain = decoded(name);
  return SECRET_PARTS.test(plain) || wordsOf(plain).some((word) => SECRET_WORDS.has(word));
}

/** The same of a name in text, where a few of them are ordinary words. */
export function isSecretInProse(name: string): boolean {
  if (SECRET_PARTS.test(name)) return true;
  const words = wordsOf(name);
  if (words.length === 1 && ORDINARY_IN_PROSE.has(words[0]!)) return false;
  return words.some((word) => SECRET_WORDS.has(word) && word !== 'code');
}

/** Whether the value is a secret whatever it looks like: a password may be a word. */
export function isPasswordName(name: string): boolean {
  return PASSWORD_PARTS.test(name) || wordsOf(name).some((word) => PASSWORD_WORDS.has(word));
}
