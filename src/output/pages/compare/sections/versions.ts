import type { AgainstRow, AgainstSummary, AgainstTable } from '../../../../analysis/against/summary.ts';
import { formatMs, formatRoughPercent, NONE } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { changeCell } from '../../../sections/changes.ts';

/** Of two versions in the same rounds: CPU per job and wall of each variant, with what the gates say of them. */
export function versionTables({ tables }: AgainstSummary): Content {
  return html`${tables.map(versionTable)}
<p class="footnote">Each round holds one trial of both versions, in an order drawn anew; a change is the median of their ratios within
the rounds. The intervals hold whenever the rounds end. Noise is what the base, run twice in the same rounds, may differ from
itself by, 1% at least: a gate below it can’t be decided.</p>`;
}

function versionTable({ what, gate, rows }: AgainstTable): Content {
  const head = ['variant', 'base', 'now', 'change', 'noise', gate === null ? 'gate' : `gate ${gate}`];
  const caption = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return table(head, rows.map(versionRow), { caption });
}

function versionRow({ variant, base, changed, change, noiseFloor, outcome, needed }: AgainstRow): Content[] {
  const later =
    needed === null ? null : html`<small class="reason">needs about ${needed.rounds} rounds</small>`;
  return [
    ...[variantName(variant), formatMs(base), formatMs(changed), changeCell(change)],
    noiseFloor === null ? NONE : formatRoughPercent(noiseFloor),
    outcome === null ? NONE : html`<span class="outcome ${outcome}">${outcome}</span>${later}`,
  ];
}
