import { type Content, html } from '../../../markup/markup.ts';
import { warningsAt } from '../../../markup/notices.ts';
import { verdictLines } from '../../../markup/verdict.ts';
import type { ReportView } from '../view.ts';

export function whySection(view: ReportView): Content {
  const { lines, next } = view.verdict;
  const warnings = warningsAt('why', view);
  if (lines.length + next.length === 0 && warnings === null) return null;
  return html`<section id="why" aria-labelledby="why-title">
<h2 id="why-title">Why</h2>
${warnings}
${verdictLines(view.verdict)}
</section>`;
}
