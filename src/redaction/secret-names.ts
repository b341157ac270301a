/** Which names of parameters, headers, fields, options and variables announce a secret, and which values are none. */

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

/** Of these any value is hidden. Of other names (`session: closed`, `tokens: 512`) ordinary ones stay. */
const PASSWORD_PARTS = /passw|passphrase|secret|credential|(?:api|access|private)[-_]?key/i;
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

/** Whether a parameter, header or field of this name is likely to hold a secret. */
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

function isPasswordName(name: string): boolean {
  return PASSWORD_PARTS.test(name) || wordsOf(name).some((word) => PASSWORD_WORDS.has(word));
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|json|node|html|vue|svelte)$/i;
const WORD = /^[a-z]+(?:[-_.][a-z]+)*[.!?]?$/;
const LONGEST_WORD = 20;

/**
 * Whether a value after a secret name in text is plainly none: punctuation, a place in a source file, a count, or a
 * word after a colon and a space.
 */
export function isOrdinaryValue(name: string, value: string, style: 'quoted' | 'spaced' | 'joined'): boolean {
  if (value.length <= 4 && !LETTER_OR_DIGIT.test(value)) return true;
  if (/^(?:true|false|null|undefined)$/.test(value)) return true;
  if (SOURCE_FILE.test(name) && /^\d+(?::\d+)?$/.test(value)) return true;
  if (isPasswordName(name)) return false;
  if (/^\d+$/.test(value)) return value.length <= 4 || /s$/i.test(name);
  return style === 'spaced' && value.length < LONGEST_WORD && WORD.test(value);
}
