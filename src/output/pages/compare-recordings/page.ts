import { verdictWords } from '../../../analysis/recording/wording.ts';
import type { RecordedThread } from '../../../core/documents/recording.ts';
import {
  formatCount,
  formatMs,
  formatPlural,
  formatShare,
  formatTime,
  formatUs,
  keepUnits,
  NONE,
} from '../../../core/format.ts';
import { packFlame } from '../../../profile/packed-flame/pack-flame.ts';
import { brand } from '../../markup/header.ts';
import { type Content, html } from '../../markup/markup.ts';
import { warningList } from '../../markup/notices.ts';
import { renderPage } from '../../markup/page.ts';
import { commandList } from '../../markup/repeat.ts';
import { contentsAndSections } from '../../markup/sections.ts';
import { table } from '../../markup/table.ts';
import { topChangesTable } from '../../sections/differential.ts';
import { functionsTable } from '../../sections/profiles.ts';
import { comparisonLead, type RecordingComparison, type ThreadPair } from '../../view/compare-recordings.ts';
import type { RecordingView } from '../../view/recording.ts';
import { placedName } from '../../view/run/functions.ts';
import { changeText } from '../../view/run/top-changes.ts';

const IDS = ['a', 'b'] as const;
const NAMES = ['A', 'B'] as const;
const MAX_THREADS = 50;

/** Two recordings, or imported profiles, as one HTML file: the same bytes for the same view. */
export function renderCompareRecordingsPage(view: RecordingComparison, command: string): string {
  const { sides } = view;
  const imported = sides[0].imported;
  const names = sides.map(({ recording }) => recording.name);
  const { headline, sentences } = comparisonLead(view);
  const body = html`<header>
${brand(null, imported ? 'two CPU profiles' : 'two recordings compared')}
<dl class="runs-compared">${sides.map((side, index) => html`<div><dt>${NAMES[index]}</dt><dd>${sideLine(side)}</dd></div>`)}</dl>
<h1 class="headline">${keepUnits(headline)}</h1>
${sentences.map((sentence) => html`<p class="qualified">${keepUnits(sentence)}</p>`)}
</header>
${contentsAndSections([
  { id: 'sides', title: 'The two sides', content: sidesSection(view) },
  { id: 'difference', title: 'Difference', content: differenceSection(view) },
  { id: 'threads', title: 'Threads', content: threadsSection(view) },
  { id: 'profiles', title: 'Flamegraphs', content: sides.map(flameArticle) },
  { id: 'warnings', title: 'Warnings', content: warningList(sides.flatMap(({ warnings }) => warnings)) },
  { id: 'repeat', title: 'How to repeat', content: commandList([['This page', command]]) },
])}
<footer><p>Threadmill · drawn from <code>${names[0]}</code> and <code>${names[1]}</code></p></footer>`;
  return renderPage({
    title: `${names.join(' and ')} · Threadmill`,
    body,
    kind: imported ? 'profiles' : 'comparison',
    data: {
      flames: sides.map(({ recording, jobs, flame }, index) =>
        packFlame({
          id: IDS[index]!,
          label: names[0] === names[1] ? NAMES[index]! : recording.name,
          jobs,
          data: flame,
        }),
      ),
    },
  });
}

function sideLine({ recording: { id, name, createdAt, verdicts } }: RecordingView): Content {
  return html`${name} <span class="quiet">${id === '' ? null : html`<code>${id}</code>, `}${formatTime(createdAt)}. ${verdictWords(verdicts[0]!).headline}</span>`;
}

function sidesSection({ sides }: RecordingComparison): Content {
  return table(
    ['side', 'duration', 'threads', 'busy', 'jobs', 'garbage collection', 'stalls'],
    sides.map(({ recording: { threads, startUs, endUs }, jobs, busyMs }, index) => {
      const total = (of: (thread: RecordedThread) => number): number =>
        threads.reduce((sum, thread) => sum + of(thread), 0);
      const stalls = total((thread) => thread.stalls.count);
      const stallsMs = total((thread) => thread.stalls.totalMs);
      return [
        ...[NAMES[index], formatUs(endUs - startUs), formatCount(threads.length)],
        ...[html`<b>${formatMs(busyMs)}</b>`, formatCount(jobs), formatMs(total(({ gc }) => gc.totalMs))],
        stalls === 0 ? NONE : html`${formatMs(stallsMs)}<small>${formatCount(stalls)}</small>`,
      ];
    }),
    { label: 'sides-title' },
  );
}

function differenceSection({ sides, difference }: RecordingComparison): Content {
  const [a, b] = sides;
  const names = sides.map(({ recording }) => recording.name) as [string, string];
  return html`<div class="explainer columns" role="note">
<div><h3>What a width is</h3>
<p>${
    difference.perJob
      ? `Busy time per job: A ran ${formatPlural(a.jobs ?? 1, 'job')} and B ${formatPlural(b.jobs ?? 1, 'job')}, as you said.`
      : html`Total busy time, all threads together. Both are assumed to be the same work, done once, because the number of jobs is
not known.${a.imported ? html` Otherwise give the jobs of each: <code>--jobs 100,250</code>.` : null}`
  }</p></div>
<div><h3>What matches</h3>
<p>Stacks match by function, even if an edit moved them to other lines. Stacks of only one side are drawn too. Purple: more
in B. Green: less in B. Grey: no change, or too few samples.</p></div>
<div><h3>What may be noise</h3>
<p>± is the sampling error of a difference. Each side was taken once, so other differences on the machine are included.</p></div>
</div>
<div data-island="diff" data-id="a-b" data-a="a" data-b="b">${topChangesTable(difference, names[0] === names[1] ? NAMES : names)}</div>`;
}

function threadsSection({ threads }: RecordingComparison): Content {
  const more = threads.length - MAX_THREADS;
  const pairs = ['busy', 'on a CPU', 'GC', 'stalls'].flatMap((of) => NAMES.map((name) => `${of}, ${name}`));
  return html`${table(['thread', ...pairs], threads.slice(0, MAX_THREADS).map(pairRow), { label: 'threads-title' })}
<p class="footnote">Threads of one kind are matched in the order of their start. ${more > 0 ? `${formatPlural(more, 'thread')} with less time are left out.` : null}</p>`;
}

function pairRow({ label, sides, functions }: ThreadPair): Content[] {
  const both = (of: (thread: RecordedThread) => Content): Content[] =>
    sides.map((thread) => (thread === null ? NONE : of(thread)));
  return [
    html`${label}${functions.map((row) => html`<small>${changeText(row)} in ${placedName(row)}</small>`)}`,
    ...both(
      ({ busyMs, sampledMs }) =>
        html`<b>${formatMs(busyMs)}</b><small>${formatShare(sampledMs > 0 ? busyMs / sampledMs : null)}</small>`,
    ),
    ...both(({ cpuMs }) => formatMs(cpuMs)),
    ...both(({ gc }) => formatMs(gc.totalMs)),
    ...both(({ stalls }) => (stalls.count === 0 ? NONE : formatMs(stalls.totalMs))),
  ];
}

function flameArticle({ recording, busyMs, functions }: RecordingView, index: number): Content {
  const id = IDS[index]!;
  return html`<article class="profile" id="profile-${id}" aria-labelledby="profile-${id}-title">
<h3 id="profile-${id}-title">${NAMES[index]}: ${recording.name}</h3>
<div data-island="flame" data-id="${id}">
<p>Busy for ${formatMs(busyMs)}.</p>
${functionsTable(functions)}
</div>
</article>`;
}
