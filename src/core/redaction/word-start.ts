/** Where a word begins: at the start, after a non-word character, an escaped line break or a percent-encoded character. */
export const WORD_START = String.raw`(?<=^|[^\w-]|\\[nrt]|%[0-9A-Fa-f]{2})`;
