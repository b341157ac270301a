import type { FlameFrame } from '../core/documents/flame.ts';

/** `load (src/jobs.ts:12)`: tells functions of the same name apart. */
export function frameLabel({ name, file, line }: Pick<FlameFrame, 'name' | 'file' | 'line'>): string {
  if (file === null) return name;
  return `${name} (${file}${line === null ? '' : `:${line}`})`;
}

/** A name for folded stacks, which have no escapes: a stack is a line, `;` separates frames, a number ends it. */
export function foldedName(label: string): string {
  return label
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replaceAll(';', ':')
    .replace(/ ([\d.]+)$/, '_$1');
}
