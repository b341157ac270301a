/** From `://` to where a URL in text must have ended. */
const URL_REST = /:\/\/([^\s"<>]+)/g;

/** Removes user and password from URLs, also where a password with an unescaped slash makes the URL invalid. */
export function withoutUserInfo(text: string): string {
  return text.replace(URL_REST, (_, rest: string) => `://${withoutUser(rest)}`);
}

/** `rest` may hold further URLs. Each part of it is looked at once. */
function withoutUser(rest: string): string {
  const lastAt = rest.lastIndexOf('@');
  if (lastAt < 0) return rest;
  let shown = '';
  let start = 0;
  for (;;) {
    const authority = authorityAt(rest, start);
    const [beforeHost = ''] = /^[^@[]*/.exec(authority) ?? [];
    const colon = beforeHost.indexOf(':');
    const isPassword = colon >= 0 && !/^\d*$/.test(authority.slice(colon + 1));
    if (isPassword && lastAt > start + colon) return shown + rest.slice(lastAt + 1);
    const from = start + authority.lastIndexOf('@') + 1;
    const next = rest.indexOf('://', from);
    if (next < 0) return shown + rest.slice(from);
    shown += rest.slice(from, next + 3);
    start = next + 3;
  }
}

const AUTHORITY = /[^/?#\\]*/y;

function authorityAt(text: string, start: number): string {
  AUTHORITY.lastIndex = start;
  return AUTHORITY.exec(text)?.[0] ?? '';
}
