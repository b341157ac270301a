import { recordedGateText } from '../../../analysis/recording/gates.ts';
import { verdictWords, WAIT_NAMES } from '../../../analysis/recording/wording.ts';
import type { RecordedThread, Recording, Verdict } from '../../../core/documents/recording.ts';
import {
  formatBytes,
  formatCount,
  formatMs,
  formatPlural,
  formatRoughBytes,
  formatShare,
  formatTime,
  formatUs,
  keepUnits,
  NONE,
} from '../../../core/format.ts';
import { redactArguments } from '../../../core/redaction.ts';
import { packFlame } from '../../../profile/packed-flame/pack-flame.ts';
import { packTimeline } from '../../../profile/timeline/codec/pack-timeline.ts';
import { brand, factLine } from '../../markup/header.ts';
import { type Content, html } from '../../markup/markup.ts';
import { warningList } from '../../markup/notices.ts';
import { renderPage } from '../../markup/page.ts';
import { commandList } from '../../markup/repeat.ts';
import { contentsAndSections } from '../../markup/sections.ts';
import { table } from '../../markup/table.ts';
import { gateItem } from '../../sections/changes.ts';
import { gapBefore } from '../../sections/hot.ts';
import { functionsTable } from '../../sections/profiles.ts';
import type { RecordingView } from '../../view/recording.ts';
import type { HotFile, HotLine } from '../../view/run/hot-lines.ts';
import { stallsSection } from './sections/stalls.ts';

const FLAME = 'recording';
const HEAP = 'heap';
const MAX_WAITS = 100;

/** A recording as one HTML file: the same bytes for the same view. */
export function renderRecordingPage(view: RecordingView): string {
  const { recording, flame, allocations, timeline, imported, jobs } = view;
  const body = html`${header(view)}
${contentsAndSections([
  { id: 'threads', title: 'Processes and threads', content: threadsSection(view) },
  { id: 'timeline', title: 'Timeline', content: timelineSection(view) },
  { id: 'stalls', title: 'Stalls', content: imported ? null : stallsSection(recording) },
  { id: 'profiles', title: 'Flamegraph', content: flameSection(view) },
  { id: 'hot', title: 'Hot lines', content: linesSection(view) },
  { id: 'allocations', title: 'Allocations', content: allocationsSection(view) },
  { id: 'waits', title: 'Waits', content: imported ? null : waitsSection(recording) },
  { id: 'warnings', title: 'Warnings', content: warningList(view.warnings) },
  { id: 'about', title: 'About this page', content: aboutSection(view) },
])}
<footer><p>Threadmill ${recording.threadmill} · ${imported ? html`drawn from <code>${recording.name}</code>` : html`recording <code>${recording.id}</code>`} · ${formatTime(recording.createdAt)}</p></footer>`;
  const flames = [
    { id: FLAME, jobs, data: flame },
    { id: HEAP, jobs: null, measures: 'bytes' as const, data: allocations },
  ]
    .filter(({ data }) => data.threads.length > 0)
    .map((each) => packFlame({ label: recording.name, ...each }));
  return renderPage({
    title: `${recording.name} · Threadmill`,
    body,
    ...(imported ? { kind: 'profiles' } : {}),
    data: { flames, timelines: timeline === null ? [] : [packTimeline(timeline)] },
  });
}

function header({ recording, imported }: RecordingView): Content {
  const [first, ...others] = recording.verdicts.map(verdictWords);
  const { threads, processes, startUs, endUs } = recording;
  const facts = [
    recording.command,
    ...(imported ? [] : [formatPlural(processes.length, 'process', 'processes')]),
    formatPlural(threads.length, 'thread'),
    formatUs(endUs - startUs),
    formatTime(recording.startedAt),
  ];
  return html`<header id="verdict">
${imported ? brand(null, 'CPU profiles') : brand('../index.html', 'recording')}
${factLine(facts)}
<h1 class="headline">${keepUnits(first!.headline)}</h1>
<p class="qualified">${keepUnits(first!.advice)} ${codeOf(recording.verdicts[0]!)}</p>
${others.map(({ headline, advice }, index) => html`<p class="qualified"><b>${keepUnits(headline)}</b> ${keepUnits(advice)} ${codeOf(recording.verdicts[index + 1]!)}</p>`)}
${
  recording.gates.length === 0
    ? null
    : html`<ul class="gates">${recording.gates.map((gate) => gateItem(gate, recordedGateText(gate)))}</ul>`
}
</header>`;
}

/** The evidence of the verdict is in recording.json, under this code. */
function codeOf({ code }: Verdict): Content {
  return html`<code class="code">${code}</code>`;
}

function threadsSection({ recording, imported }: RecordingView): Content {
  const { processes, threads } = recording;
  const rows = processes.map((process, index) => {
    const own = threads.filter((thread) => thread.process === index);
    const row = html`<tr><th scope="row">${process.name}${imported ? null : html`<small>process ${process.pid}${process.ended === 'killed' ? ', killed' : ''}</small>`}</th>
<td>${formatUs(process.endUs - process.startUs)}</td><td></td><td>${formatMs(process.cpuMs)}</td><td></td><td></td><td></td><td>${formatBytes(process.rssPeakBytes)}</td><td></td></tr>`;
    return [row, ...own.map(threadRow)];
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="threads-title"><table>
<thead><tr><th scope="col">thread</th><th scope="col">recorded</th><th scope="col">busy</th><th scope="col">on a CPU</th><th scope="col">max lag</th><th scope="col">garbage collection</th><th scope="col">stalls</th><th scope="col">max memory</th><th scope="col">samples</th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="footnote">Busy: time in which the thread was not waiting, from its samples. On a busy machine this includes waiting for a CPU:
compare it with the time on a CPU. <code>Atomics.wait</code> counts as waiting. Memory: RSS of a process, heap of a thread.</p>
${
  recording.others.length === 0
    ? null
    : html`<p class="footnote">Other programs, not recorded, with their CPU time: ${recording.others.map(({ name, count, cpuMs }, i) => `${i === 0 ? '' : ', '}${name}${count === 1 ? '' : ` (${formatCount(count)})`} ${formatMs(cpuMs)}`)}.</p>`
}`;
}

function threadRow(thread: RecordedThread): Content {
  const { label, role, script, sampledMs, busyMs, cpuMs, lag, gc, stalls, heapPeakBytes, samples } = thread;
  const what =
    role === 'main'
      ? 'main thread'
      : `${role === 'pool-worker' ? 'pool worker' : 'worker'}${script === null ? '' : ` · ${script}`}`;
  return html`<tr class="sub"><th scope="row">${label}<small>${what}</small></th>
<td>${formatMs(sampledMs)}</td>
<td><b>${formatMs(busyMs)}</b><small>${formatShare(sampledMs > 0 ? busyMs / sampledMs : null)}</small></td>
<td>${formatMs(cpuMs)}</td>
<td>${formatMs(lag?.maxMs)}</td>
<td>${formatMs(gc.totalMs)}${gc.count === 0 ? null : html`<small>${formatCount(gc.count)}</small>`}</td>
<td>${stalls.count === 0 ? NONE : html`${formatMs(stalls.totalMs)}<small>${formatCount(stalls.count)}</small>`}</td>
<td>${formatBytes(heapPeakBytes)}</td>
<td>${samples === 0 ? NONE : formatCount(samples)}</td></tr>`;
}

function timelineSection({ timeline }: RecordingView): Content {
  if (timeline === null || timeline.threads.every(({ cpu }) => cpu === null)) return null;
  return html`<div data-island="timeline" data-id="${timeline.variant}">
<p class="quiet">${formatPlural(timeline.threads.length, 'thread')} over ${formatUs(timeline.wallUs)}. The timeline needs the page’s script; the tables below have the same data.</p>
</div>`;
}

function flameSection({ flame, functions, busyMs, recording }: RecordingView): Content {
  if (flame.threads.length === 0) return null;
  return html`<div class="explainer" role="note"><h3>How to read this</h3>
<p>Each box is a function, called by the box above it. Its width is the share of the busy time spent in it and in the
functions it called. Look for wide boxes with nothing below them. The order from left to right is not time. The menu
selects one thread, or all of them: side by side or merged.</p></div>
<div data-island="flame" data-id="${FLAME}">
<p>Busy for ${formatMs(busyMs)}, all threads together.</p>
${functionsTable(functions)}
</div>
${exportedBlock(recording)}`;
}

function exportedBlock({ id, exported }: Recording): Content {
  if (exported.length === 0) return null;
  const steps = exported.map(({ name, file }) => {
    const command = redactArguments(['scaffold', id, '--function', `${file}#${name}`]);
    return [`A workload of ${name}`, `threadmill ${command}`] as const;
  });
  return html`<h3 id="try">Try a hot function in threads</h3>
${commandList([
  ...steps,
  ['With its arguments filled in', `threadmill bench --workload ${exported[0]!.name}.workload.mjs`],
])}`;
}

function linesSection({ files }: RecordingView): Content {
  if (files.length === 0) return null;
  return html`<p class="footnote">Self time of each line, all threads together. Calls are not included, except native code. Anything that looks like a
secret is hidden.</p>
${files.map(fileBlock)}`;
}

function fileBlock({ file, lines, perJobUs }: HotFile): Content {
  return html`<figure class="source"><figcaption>${file}</figcaption>
<div class="scroll" tabindex="0" role="group" aria-label="${file}"><table class="lines">
<thead><tr><th scope="col">self</th><th scope="col">line</th><th scope="col">source</th></tr></thead>
<tbody>${lines.map((line, i) => [gapBefore(line, lines[i - 1], 3), lineRow(line)])}</tbody>
<tfoot><tr><td>${formatUs(perJobUs[0] ?? null)}</td><td></td><td>all lines</td></tr></tfoot>
</table></div></figure>`;
}

function lineRow({ line, text, perJobUs, heat }: HotLine): Content {
  const [us = null] = perJobUs;
  return html`<tr class="heat-${heat}"><td>${us === null ? null : formatUs(us)}</td><th scope="row">${line}</th><td><code>${text ?? '(source not saved)'}</code></td></tr>`;
}

function allocationsSection({ allocations, allocators }: RecordingView): Content {
  if (allocations.threads.length === 0) return null;
  return html`<div data-island="flame" data-id="${HEAP}">
${table(
  ['function', 'self', 'share'],
  allocators.map(({ name, place, bytes, error, share }) => [
    html`${name}<small>${place}</small>`,
    html`<b>${formatBytes(bytes)}</b><small>± ${formatRoughBytes(error)}</small>`,
    formatShare(share),
  ]),
  { label: 'allocations-title', role: 'region' },
)}
</div>
<p class="footnote">Sampled on V8’s heap, all threads together, including memory freed since. The contents of Buffers and typed arrays are
not on this heap.</p>`;
}

function waitsSection({ waits, settings }: Recording): Content {
  if (waits.length === 0) {
    return settings.waits ? null : html`<p class="quiet">Not recorded (<code>--no-waits</code>).</p>`;
  }
  return html`${table(
    ['operation', 'started at', 'count', 'failed', 'total', 'mean', 'max'],
    waits
      .slice(0, MAX_WAITS)
      .map(({ kind, target, site, count, failed, totalMs, maxMs }) => [
        ...[html`${target}<small>${WAIT_NAMES[kind]}</small>`, site ?? NONE, formatCount(count)],
        ...[failed === 0 ? NONE : formatCount(failed), html`<b>${formatMs(totalMs)}</b>`],
        ...[formatMs(totalMs / count), formatMs(maxMs)],
      ]),
    { label: 'waits-title' },
  )}
<p class="footnote">Overlapping waits each count in full. Node does not report file system calls and timers.</p>`;
}

function aboutSection({ recording, imported }: RecordingView): Content {
  const { commandLine, cwd } = recording;
  return html`${commandList([[imported ? 'Draw it again' : `Record it again, in ${cwd}`, commandLine]])}
${imported ? importedNote() : recordedNote(recording)}`;
}

function importedNote(): Content {
  return html`<p class="footnote">Profiles have samples only: no lag, stalls, memory, waits or source text. A Piscina or tinypool worker that waits for a
task in <code>Atomics.wait</code> counts as idle; other code that waits there looks busy.</p>`;
}

function recordedNote({ settings, machine, threads }: Recording): Content {
  const recorderMs = threads.reduce((sum, thread) => sum + thread.recorderMs, 0);
  const busyMs = threads.reduce((sum, thread) => sum + thread.busyMs, 0);
  const all = recorderMs + busyMs;
  return html`<p class="footnote">A sample every ${formatMs(settings.intervalUs / 1_000)}. The recorder took ${formatMs(recorderMs)} of the program’s threads, ${formatShare(all > 0 ? recorderMs / all : null)} of their busy time, without sampling and the recorder’s own thread. Node ${machine.node},
${machine.platform} ${machine.arch}, ${formatCount(machine.availableCpus)} CPUs available, ${machine.cpuModel}.</p>`;
}
