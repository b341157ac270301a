import type { SourceExcerpts } from '../types/source-excerpts.ts';
import { redactSourceLine } from './redact-source.ts';
import type { LineRange } from './sampled-lines.ts';

/** A longer line is cut: who reads it would not get to its end. */
const MOST_CHARACTERS = 240;
/** Looked at for secrets: a line of a minified file has millions. */
const MOST_REDACTED = 20_000;

export type ExcerptPart = SourceExcerpts['files'][number]['parts'][number];

/** The stretches of a text, as far as it has them. Without secrets, long lines cut. */
export function excerptParts(text: string, ranges: readonly LineRange[]): ExcerptPart[] {
  const all = text.split(/\r\n|[\n\r\u2028\u2029]/);
  return ranges.flatMap(({ first, last }) => {
    const lines = all.slice(first - 1, last).map(shownLine);
    return lines.length === 0 ? [] : [{ first, lines }];
  });
}

/** Redacted before it is cut: half a secret is still told by the name before it, half a name tells nothing. */
function shownLine(line: string): string {
  const shown = redactSourceLine(line.slice(0, MOST_REDACTED)).trimEnd();
  return shown.length <= MOST_CHARACTERS ? shown : `${shown.slice(0, MOST_CHARACTERS - 1)}…`;
}
