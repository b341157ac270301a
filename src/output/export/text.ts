import { redactStart } from '../../core/redaction.ts';

const LONGEST_NAME = 1_000;

/** A name as it may leave this machine: without credentials, bounded. Each format escapes the rest. */
export function exportText(text: string): string {
  const shown = redactStart(text, LONGEST_NAME + 1);
  return shown.length <= LONGEST_NAME ? shown : `${shown.slice(0, LONGEST_NAME - 1)}…`;
}

/** A part of a file name: no separator, no leading dot, nothing that a shell or file system takes amiss. */
export function fileNamePart(text: string): string {
  const plain = text.replace(/[^\w.+-]+/g, '-').replace(/^[.-]+/, '');
  return plain === '' ? 'run' : plain.slice(0, 120);
}
