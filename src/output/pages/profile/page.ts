import { formatPlural, formatUs, keepUnits } from '../../../core/format.ts';
import { packFlame } from '../../../profile/packed-flame/pack-flame.ts';
import { contents } from '../../markup/contents.ts';
import { type Content, html } from '../../markup/markup.ts';
import { renderPage } from '../../markup/page.ts';
import type { PageData } from '../../markup/page-data.ts';
import { moversTable } from '../run/sections/differential.ts';
import { functionsTable } from '../run/sections/profiles.ts';
import { kindsTable, linesTable, sidesTable } from './tables.ts';
import type { ProfilePageView, ProfileSide } from './view.ts';
import { leadOf } from './wording.ts';

/** Profiles that were made elsewhere as one HTML file: the same bytes for the same view. */
export function renderProfilePage(view: ProfilePageView): string {
  const { title, sides } = view;
  const data: PageData = {
    flames: sides.map(({ id, name, jobs, flame }) => packFlame({ id, label: name, jobs, data: flame })),
  };
  const sections = [
    { id: 'read', title: 'What was read', content: readSection(view) },
    { id: 'difference', title: 'What differs', content: differenceSection(view) },
    { id: 'profiles', title: 'Flamegraphs', content: flamesSection(sides) },
    { id: 'code', title: 'Whose code, which lines', content: codeSection(view) },
  ].filter(({ content }) => content !== null);
  const body = html`${header(view)}
${contents(sections)}
<main>
${sections.map(({ content }) => html`${content}\n`)}</main>
<footer><p>Threadmill · drawn from ${sides.map(({ name }, index) => html`${index === 0 ? null : ' and '}<code>${name}</code>`)}</p></footer>`;
  return renderPage({ title, body, data, kind: 'profiles' });
}

function header(view: ProfilePageView): Content {
  const { headline, sentences } = leadOf(view);
  return html`<header>
<p class="brand"><b>Threadmill</b><span>${brandOf(view.sides)}</span></p>
<p class="run-facts">${view.sides.map(({ name }) => html`<span>${name}</span> `)}</p>
<h1 class="headline">${keepUnits(headline)}</h1>
${sentences.map((sentence) => html`<p class="qualified">${keepUnits(sentence)}</p>`)}
</header>`;
}

function brandOf([one, other]: readonly ProfileSide[]): string {
  if (other !== undefined) return 'two CPU profiles';
  return one === undefined || one.threads.length === 0 ? 'a CPU profile' : 'CPU profiles of a process';
}

function readSection({ sides }: ProfilePageView): Content {
  const used = sides.some(({ maps }) => maps.used > 0);
  const outdated = sides.reduce((sum, { maps }) => sum + maps.outdated, 0);
  const counted = sides.some(({ samples }) => samples === 0);
  return html`<section id="read" aria-labelledby="read-title">
<h2 id="read-title">What was read</h2>
${sidesTable(sides)}
<p class="footnote">Busy is all the time in which the thread was not idle; on a crowded machine some of it was spent waiting for a CPU. A worker of
Piscina or tinypool that waits for a task in <code>Atomics.wait</code> is idle; other code that waits there looks busy.
${counted ? 'A profile without samples has its time shared out by hit counts. ' : null}${used ? 'Where scripts have source maps, names and lines are those of the sources. ' : null}${
  outdated === 0
    ? null
    : `${formatPlural(outdated, 'script')} changed after the profile was written: of ${outdated === 1 ? 'it' : 'those'} no source map is used.`
}</p>
</section>`;
}

function differenceSection({ sides, difference }: ProfilePageView): Content {
  const [a, b] = sides;
  if (a === undefined || b === undefined || difference === null) return null;
  return html`<section id="difference" aria-labelledby="difference-title">
<h2 id="difference-title">What differs</h2>
<div class="explainer columns" role="note">
<div><h3>What a width is</h3>
<p>${
    difference.perJob
      ? `Busy time per job: ${a.name} ran ${formatPlural(a.jobs ?? 1, 'job')} and ${b.name} ${formatPlural(b.jobs ?? 1, 'job')}, as you said.`
      : html`Busy time in the whole profile. Both are taken for the same work, done once, because a profile does not say
how much was done. If that is not so, say how many jobs each ran: <code>--jobs 100,250</code>.`
  }</p></div>
<div><h3>What is the same</h3>
<p>Two stacks are the same if their functions are, whatever line an edit has moved them to. What only one profile has is
drawn as well. Purple is more in B, green is less, grey is the same or too little to tell.</p></div>
<div><h3>What can be chance</h3>
<p>A profile is a sample: ± is what sampling alone can move a difference by. Each of the two was taken once, so what else
differed on the machine is in them as well.</p></div>
</div>
<div data-island="diff" data-id="a-b" data-a="a" data-b="b">${moversTable(difference, [a.name, b.name])}</div>
</section>`;
}

function flamesSection(sides: readonly ProfileSide[]): Content {
  return html`<section id="profiles" aria-labelledby="profiles-title">
<h2 id="profiles-title">${sides.length === 1 ? 'Flamegraph' : 'Flamegraphs'}</h2>
<div class="explainer" role="note"><h3>How to read this</h3>
<p>Each box is a function; the box above it called it, and its width is the share of the busy time spent in it and in what
it called. Look for wide boxes with nothing below them: that is where CPU time goes. From left to right is not time; the
widest come first.</p></div>
${sides.map(
  ({
    id,
    name,
    busyUs,
    functions,
  }) => html`<article class="profile" id="profile-${id}" aria-labelledby="profile-${id}-title">
<h3 id="profile-${id}-title">${name}</h3>
<div data-island="flame" data-id="${id}">
<p>Busy for ${formatUs(busyUs)}.</p>
${functionsTable(functions)}
</div>
</article>`,
)}
</section>`;
}

function codeSection({ sides, command }: ProfilePageView): Content {
  return html`<section id="code" aria-labelledby="code-title">
<h2 id="code-title">Whose code, and which lines</h2>
${kindsTable(sides)}
${sides.map(linesTable)}
<h3 id="repeat">How to draw it again</h3>
<dl class="repeat"><div><dt>This page shows what is in the files, and nothing else</dt><dd><code>${command}</code></dd></div></dl>
</section>`;
}
