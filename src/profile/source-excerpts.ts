import type { SourceExcerpts } from '../core/documents/source-excerpts.ts';
import { redactPrivateKeys, redactSourceLine, redactStart } from '../core/redaction.ts';
import type { LineRange } from './sampled-lines.ts';

/** A longer line is cut: who reads it would not get to its end. */
const MAX_CHARACTERS = 240;

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;

type ExcerptPart = SourceExcerpts['files'][number]['parts'][number];

/** The stretches of a text, as far as it has them. Without secrets, long lines cut. */
export function excerptParts(text: string, ranges: readonly LineRange[]): ExcerptPart[] {
  const all = redactPrivateKeys(text).split(LINE_BREAK);
  return ranges.flatMap(({ first, last }) => {
    const lines = all.slice(first - 1, last).map(shownLine);
    return lines.length === 0 ? [] : [{ first, lines }];
  });
}

function shownLine(line: string): string {
  const shown = redactStart(line, MAX_CHARACTERS + 1, redactSourceLine).trimEnd();
  return shown.length <= MAX_CHARACTERS ? shown : `${shown.slice(0, MAX_CHARACTERS - 1)}…`;
}
