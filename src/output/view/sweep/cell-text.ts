import { sideName } from '../../../analysis/verdict/sweep/wording.ts';
import type { Cell, Side } from '../../../core/documents/sweep-analysis.ts';
import { formatFactor, formatFactorRange, formatRoughPercent, listed } from '../../../core/format.ts';
import { reasonText } from '../../../core/reasons.ts';
import { VARIANT_FACTS, type VariantName } from '../../../core/variants.ts';

export function variantLetter(variant: VariantName): string {
  return VARIANT_FACTS[variant].letter;
}

/** A cell in a few letters: `WB`, `=`, `?`; small letters for a win that stands alone. */
export function cellLetters({ state, winners, reason, isolated }: Cell): string {
  switch (state) {
    case 'decided':
      return winners
        .map((name) => (isolated ? variantLetter(name).toLowerCase() : variantLetter(name)))
        .join('');
    case 'level':
      return '=';
    case 'inconclusive':
      return '?';
    case 'unknown':
      return reason === 'not-measured' ? '·' : '!';
  }
}

export function cellFactor({ state, factor }: Cell): string {
  return state === 'decided' && factor !== null ? formatFactor(factor.estimate) : '';
}

export function cellText(cell: Cell, sides: readonly [Side, Side]): string {
  const { state, side, winners, factor, reason, unseenPercent, isolated } = cell;
  if (state === 'decided' && side !== null) {
    const times =
      factor === null
        ? ''
        : `: ${formatFactor(factor.estimate)} as fast as ${sideName(sides[side === 0 ? 1 : 0]).text} (${formatFactorRange(factor.low, factor.high)})`;
    return `${listed(winners)}${times}${isolated ? '; no neighbour confirms it, so it may be chance' : ''}`;
  }
  if (state === 'level') {
    return unseenPercent === null
      ? 'no difference'
      : `no difference; ${formatRoughPercent(unseenPercent)} or more would have been detected`;
  }
  return reason === null ? 'inconclusive' : reasonText(reason, unseenPercent);
}
