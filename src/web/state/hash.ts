/** What follows the `#` of the page's address: `#summary&flame.event-loop.thread=1` is an anchor and an entry. */
interface Hash {
  readonly anchor: string | null;
  /** In the order of the text: the last one was changed last. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Links are passed around by hand: what is longer than this, or more, is not from here. */
const MAX_LENGTH = 8_000;
const MAX_ENTRIES = 100;
const MAX_VALUE = 2_000;
const KEY = /^[\w.-]{1,100}$/;

const NOTHING: Hash = { anchor: null, entries: new Map() };

/** Anybody can write a link: what is not understood is left out, and nothing is thrown. */
export function parseHash(text: string): Hash {
  const written = text.startsWith('#') ? text.slice(1) : text;
  if (written === '' || written.length > MAX_LENGTH) return NOTHING;
  const entries = new Map<string, string>();
  let anchor: string | null = null;
  written.split('&').forEach((part, i) => {
    const at = part.indexOf('=');
    if (at < 0) {
      if (i === 0) anchor = decoded(part);
      return;
    }
    const key = part.slice(0, at);
    const value = decoded(part.slice(at + 1));
    if (!KEY.test(key) || value === null || value.length > MAX_VALUE || entries.size >= MAX_ENTRIES) return;
    entries.set(key, value);
  });
  return { anchor: anchor === '' ? null : anchor, entries };
}

/** With its `#`; empty if there is nothing to say. `parseHash` gives the same again. */
export function formatHash({ anchor, entries }: Hash): string {
  const parts = anchor === null ? [] : [encoded(anchor)];
  for (const [key, value] of entries) parts.push(`${key}=${encoded(value)}`);
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}

/** Characters that mean nothing in a hash stay as they are, so that people can read it. */
function encoded(text: string): string {
  // Half of a surrogate pair has no encoding.
  const whole = text.replace(/\p{Surrogate}/gu, '\ufffd');
  return encodeURIComponent(whole).replace(/%(?:2C|3A|2F)/g, decodeURIComponent);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
