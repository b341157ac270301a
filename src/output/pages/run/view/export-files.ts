import { threadLabel } from '../../../../core/documents/v8-profiles.ts';
import type { LeftOut, PageFile } from '../../../../core/export-formats.ts';
import { formatBytes, formatCount } from '../../../../core/format.ts';
import type { PageSavedFile } from '../../../markup/page-data.ts';
import type { FileGroup, FileView } from './model.ts';

/** What the page holds of the files of a run. */
export function savedFiles(files: readonly PageFile[]): PageSavedFile[] {
  return files.flatMap(({ fileName, content }) => ('left' in content ? [] : [{ fileName, ...content }]));
}

/** What can be saved of one format: the threads of a variant stand together, all else in one group. */
export function fileGroups(files: readonly PageFile[]): FileGroup[] {
  const groups: { variant: FileGroup['variant']; files: FileView[] }[] = [];
  for (const { fileName, variants, thread, content } of files) {
    if ('left' in content) continue;
    const variant = thread === null ? null : variants[0]!;
    const label = thread === null ? labelOf(variants, files.length) : threadLabel(thread);
    const file = { fileName, label, bytes: content.bytes };
    const group = groups.find((each) => each.variant === variant);
    if (group === undefined) groups.push({ variant, files: [file] });
    else group.files.push(file);
  }
  return groups;
}

function labelOf(variants: PageFile['variants'], of: number): string {
  return of === 1 ? 'Save' : variants.join(' → ');
}

const REASONS: Readonly<Record<LeftOut['left'], string>> = {
  large: 'too large for the page',
  'much-to-read': 'made of more than is read for the page',
  unreadable: 'what it is made of can’t be read',
};

/** Why the page does not have every file of a format, as one sentence; null if it has. */
export function whyLeftOut(files: readonly PageFile[]): string | null {
  const left = files.flatMap(({ content }) => ('left' in content ? [content] : []));
  if (left.length === 0) return null;
  const reasons = Object.keys(REASONS).flatMap((kind) => {
    const alike = left.filter((each) => each.left === kind);
    if (alike.length === 0) return [];
    return `${alike.length === left.length ? '' : `${formatCount(alike.length)} `}${reason(alike)}`;
  });
  const why = reasons.join(', ');
  if (files.length === 1) return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  const all = formatCount(files.length);
  if (left.length === files.length) return `None of the ${all} files is in the page: ${why}.`;
  return `${formatCount(left.length)} of the ${all} files ${left.length === 1 ? 'is' : 'are'} not in the page: ${why}.`;
}

/** @param alike left out for the same reason. */
function reason(alike: readonly LeftOut[]): string {
  const largest = alike.reduce((most, each) => (each.bytes > most.bytes ? each : most));
  const words = REASONS[largest.left];
  if (largest.left === 'unreadable') return words;
  const about = largest.andMore ? 'more than ' : alike.length > 1 ? 'up to ' : '';
  return `${words} (${about}${formatBytes(largest.bytes)})`;
}
