import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatNumber,
  formatRoughPercent,
} from '../../../../core/format.ts';
import { reasonText } from '../../../../core/reasons.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { PairRow } from '../view.ts';

const VERDICTS: Readonly<Record<PairRow['verdict'], string>> = {
  faster: 'faster',
  slower: 'slower',
  'no-difference': 'no difference',
  inconclusive: 'inconclusive',
};

/** Every comparison behind the verdict; one pair alone is in the summary already. */
export function pairsTable(pairs: readonly PairRow[]): Content {
  if (pairs.length < 2) return null;
  return html`<details class="behind"><summary>Every pair of variants</summary>
<p class="footnote">Factor: speed relative to the other variant, with its interval · p: sign-flip test, Holm-corrected for all pairs ·
detectable: the smallest difference that this many rounds detect in 80% of runs</p>
<div class="scroll" tabindex="0"><table class="pairs">
<thead><tr><th scope="col">variant</th><th scope="col">vs</th><th scope="col">verdict</th><th scope="col">factor</th><th scope="col">p</th><th scope="col">detectable</th><th scope="col">rounds</th></tr></thead>
<tbody>${pairs.map(
    ({ one, other, factor, pHolm, unseen, verdict, reason, rounds }) => html`<tr>
<th scope="row">${variantName(one)}</th><td>${variantName(other)}</td>
<td>${VERDICTS[verdict]}${reason === null ? null : html`<small>${reasonText(reason)}</small>`}</td>
<td><b>${formatFactor(factor?.estimate)}</b><small>${formatFactorRange(factor?.low, factor?.high)}</small></td>
<td>${pHolm !== null && pHolm < 0.001 ? '<0.001' : formatNumber(pHolm)}</td>
<td>${formatRoughPercent(unseen)}</td><td>${formatCount(rounds)}</td></tr>`,
  )}</tbody></table></div></details>`;
}
