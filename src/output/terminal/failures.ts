import { formatPlural } from '../../core/format.ts';
import { extentText, failureTotals, itemsText, kindLabel, moreItemsText } from '../failure-wording.ts';
import type { FailureKind, FailuresView } from '../pages/run/view/failures.ts';
import { type Style, wrapText } from './style.ts';

/** Each kind of error once, with items that had it. */
export function failureLines(failures: FailuresView | null, width: number, style: Style): string[] {
  if (failures === null) return [];
  const { kinds, moreKinds, advice } = failures;
  return [
    ...wrapText(failureTotals(failures), width).map(style.red),
    ...kinds.flatMap((kind) => kindLines(kind, failures, width)),
    ...(moreKinds === 0 ? [] : [`  ${formatPlural(moreKinds, 'more kind')} of error: see run.json`]),
    ...(advice === null ? [] : wrapText(`→ ${advice}`, width, '  ', '    ').map(style.dim)),
  ];
}

function kindLines(kind: FailureKind, failures: FailuresView, width: number): string[] {
  const more = moreItemsText(kind);
  return [
    ...wrapText(`${kindLabel(kind)}: ${kind.message}`, width, '  ', '    '),
    ...wrapText(`in ${extentText(kind, failures)}`, width, '    '),
    ...kind.items.flatMap((item) => wrapText(itemsText(item), width, '    ', '      ')),
    ...(more === '' ? [] : [`    ${more}`]),
  ];
}
