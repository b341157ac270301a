import { WORD_START } from './word-start.ts';

/** RFC 6750 and RFC 7617. `Basic realm="…"` and the like are a server's challenge. */
const TOKEN_SCHEME = new RegExp(
  String.raw`${WORD_START}(bearer|basic)([ \t]{1,8}|%20|\+)(?!\w{1,32}=\\{0,15}["'])([^\s"'\x60,;\\&%]{6,})`,
  'gi',
);
/** RFC 7616; RFC 4559. */
const DIGEST = /(?<![\w-])(Digest[ \t]{1,8})(?=username=)[^\r\n]+/g;
const NEGOTIATE = /(?<![\w-])((?:Negotiate|NTLM)[ \t]{1,8})[A-Za-z0-9+/=]{16,}/g;

/** Hides credentials that stand after the name of their scheme, but not the next word of an ordinary sentence. */
export function withoutSchemes(text: string, hidden: string): string {
  return text
    .replace(TOKEN_SCHEME, (whole, scheme: string, space: string, credentials: string) => {
      const isSecret = /^basic$/i.test(scheme) ? isUserAndPassword(credentials) : !isWord(credentials);
      return isSecret ? `${scheme}${space}${hidden}` : whole;
    })
    .replace(DIGEST, `$1${hidden}`)
    .replace(NEGOTIATE, `$1${hidden}`);
}

function isUserAndPassword(base64: string): boolean {
  return Buffer.from(base64, 'base64').includes(':');
}

const WORD = /^[A-Za-z]?[a-z]*(?:[-/][A-Za-z]?[a-z]*)*[.:!?)\]]*$/;
const LONGEST_WORD = 24;

function isWord(text: string): boolean {
  return text.length < LONGEST_WORD && WORD.test(text);
}
