import type { FlameFrame } from '../core/documents/flame.ts';

/** `load (src/jobs.ts:12)`: tells functions of the same name apart. */
export function frameLabel({ name, file, line }: FlameFrame): string {
  if (file === null) return name;
  return `${name} (${file}${line === null ? '' : `:${line}`})`;
}

/**
 * A name as folded stacks can have it. The format has no escapes: a stack is a line, `;` separates frames, and
 * the values are what numbers stand after blanks at the end, so that no name may end in one.
 */
export function foldedName(label: string): string {
  return label
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replaceAll(';', ':')
    .replace(/ ([\d.]+)$/, '_$1');
}
