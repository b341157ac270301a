import type { ComparisonRecord } from '../../../../core/documents/run-record.ts';
import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatNumber,
  formatRoughPercent,
} from '../../../../core/format.ts';
import { reasonText } from '../../../../core/reasons.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';

const VERDICTS: Readonly<Record<ComparisonRecord['verdict'], string>> = {
  faster: 'faster',
  slower: 'slower',
  'no-difference': 'no difference',
  inconclusive: 'inconclusive',
};

/** Every comparison behind the verdict; one pair alone is in the summary already. */
export function pairsTable(pairs: readonly ComparisonRecord[]): Content {
  if (pairs.length < 2) return null;
  return html`<details class="behind"><summary>Every pair of variants</summary>
<p class="footnote">Factor: speed relative to the other variant, with its interval · p: sign-flip test, Holm-corrected for all pairs ·
detectable: the smallest difference that this many rounds detect in 80% of runs</p>
${table(
  ['variant', 'vs', 'verdict', 'factor', 'p', 'detectable', 'rounds'],
  pairs.map(({ a, b, ratio, test, minimumDetectableEffect, verdict, reason, rounds }) => [
    ...[variantName(b), variantName(a)],
    html`${VERDICTS[verdict]}${reason === null ? null : html`<small>${reasonText(reason)}</small>`}`,
    html`<b>${formatFactor(ratio?.estimate)}</b><small>${formatFactorRange(ratio?.low, ratio?.high)}</small>`,
    test !== null && test.pHolm < 0.001 ? '<0.001' : formatNumber(test?.pHolm),
    ...[formatRoughPercent(minimumDetectableEffect), formatCount(rounds)],
  ]),
  { look: 'pairs' },
)}</details>`;
}
