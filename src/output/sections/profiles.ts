import type { PageFlame } from '../../core/documents/flame.ts';
import { formatShare, formatUs } from '../../core/format.ts';
import { closedExplainer, foldedBlock, tabs, variantFold } from '../markup/fold.ts';
import { type Content, html } from '../markup/markup.ts';
import { table } from '../markup/table.ts';
import type { VariantView } from '../view/run/captures.ts';
import type { DifferentialView } from '../view/run/differential.ts';
import type { FunctionRow } from '../view/run/functions.ts';
import type { ReportView } from '../view/run/model.ts';
import { differentialBlock } from './differential.ts';

const TAB = 'profiles';

/** What the script draws in the islands of this section. */
export function flamesOfRun(variants: readonly VariantView[]): PageFlame[] {
  return variants.flatMap(({ variant, flame, jobs }) =>
    flame === null ? [] : [{ id: variant, label: variant, jobs, data: flame }],
  );
}

export function profilesSection({ variants, differential, run }: ReportView): Content {
  if (variants.length === 0) {
    return html`<p>This run has timings only. For flamegraphs of every thread, run <code>threadmill ${run.command === 'bench' ? 'profile' : run.command}</code>
with the same options.</p>`;
  }
  // What is recommended, as in the comparison below.
  const opened = differential?.b ?? variants.find(({ flame }) => flame !== null)?.variant;
  return html`${explainer()}
${tabs([
  ...variants.map((each) => variantTrial(each, each.variant === opened)),
  sideBySide(differential),
  differentialBlock(differential),
])}`;
}

function explainer(): Content {
  const text = html`<div class="explainer columns" role="note">
<div><h3>How to read a flamegraph</h3>
<p>Each box is a function, called by the box above it. Its width is the share of time spent in it and in the functions it
called. Look for wide boxes with nothing below them: that is where CPU time goes. The order from left to right is not
time: the widest come first.</p></div>
<div><h3>Why it looks empty</h3>
<p>A program that does I/O mostly waits, and its thread is idle meanwhile. Idle time is hidden by default. The busy share
above each graph is the part of the time that the boxes cover. At 4% busy, doubling the speed of the widest function
changes nothing noticeable.</p></div>
<div><h3>What to look at instead</h3>
<p>A mostly idle thread is limited by waiting: run more jobs concurrently, and look at the times and latencies above. A
main thread that is always busy is limited by CPU: move the widest box of your own code to worker threads, or make it
faster.</p></div>
</div>`;
  return closedExplainer('How to read a flamegraph', text);
}

function variantTrial({ variant, flame, idleShare, functions }: VariantView, open: boolean): Content {
  const id = `profile-${variant}`;
  if (flame === null) {
    const nothing = html`<p class="quiet">No profile of all threads.</p>`;
    return variantFold({ id, variant, note: 'no profile', open, tab: TAB }, nothing);
  }
  const busy = formatShare(idleShare === null ? null : 1 - idleShare);
  return variantFold(
    { id, variant, note: `${busy} busy`, open, tab: TAB },
    html`<div data-island="flame" data-id="${variant}">
<p>The rest of the time it was idle.</p>
${functionsTable(functions)}
</div>`,
  );
}

function sideBySide(view: DifferentialView | null): Content {
  if (view === null) return null;
  return foldedBlock(
    { id: 'side-by-side', title: 'Side by side', note: 'two variants', open: false, look: '', tab: TAB },
    html`<div data-island="pair" data-id="two" data-a="${view.a}" data-b="${view.b}">
<p class="quiet">Two flamegraphs side by side, with shared zoom and search, need the page’s script.</p></div>`,
  );
}

/** Takes the flamegraph's place where no script runs. */
export function functionsTable(functions: readonly FunctionRow[]): Content {
  return table(
    ['function', 'self', 'total'],
    functions.map(({ name, place, self, totalUs }) => [
      html`${name}${place === null ? null : html`<small>${place}</small>`}`,
      ...[formatUs(self), formatUs(totalUs)],
    ]),
    { look: 'functions', caption: 'Functions by self time, all threads' },
  );
}
