/**
 * An expression for where a word begins: at the start, after anything that words do not have in them, after an escaped
 * line break, or after a percent-encoded character.
 */
export const WORD_START = String.raw`(?<=^|[^\w-]|\\[nrt]|%[0-9A-Fa-f]{2})`;
