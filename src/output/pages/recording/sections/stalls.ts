import {
  blockedIn,
  NOT_SAMPLED,
  NOT_SAMPLED_NOTE,
  openRequests,
  STALL_KINDS,
  stallsText,
} from '../../../../analysis/recording/wording.ts';
import type {
  CodePlace,
  RecordedStall,
  RecordedThread,
  Recording,
} from '../../../../core/documents/recording.ts';
import { formatMs, formatUs, keepUnits, NONE } from '../../../../core/format.ts';
import { frameLabel } from '../../../../profile/folded-name.ts';
import { type Content, html } from '../../../markup/markup.ts';

const MAX_STALLS = 50;

export function stallsSection(recording: Recording): Content {
  const { stalls, threads, startUs } = recording;
  const count = threads.reduce((sum, thread) => sum + thread.stalls.count, 0);
  return html`<p class="above-table">${keepUnits(stallsText(recording))}.${count > stalls.length || count > MAX_STALLS ? ' The table lists the longest.' : ''}</p>
${stalls.length === 0 ? null : stallsTable(stalls.slice(0, MAX_STALLS), threads, startUs)}
${stalls.slice(0, MAX_STALLS).some((stall) => blockedIn(stall) === null) ? html`<p class="footnote">${NOT_SAMPLED_NOTE}</p>` : null}`;
}

/** @param from start of the recording, as on the timeline */
function stallsTable(
  stalls: readonly RecordedStall[],
  threads: readonly RecordedThread[],
  from: number,
): Content {
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="stalls-title"><table>
<thead><tr><th scope="col">function</th><th scope="col">duration</th><th scope="col">start</th><th scope="col">thread</th><th scope="col">on a CPU</th><th scope="col">cause</th><th scope="col">open requests</th></tr></thead>
<tbody>${stalls.map((stall) => {
    const { startUs, endUs, thread, kind, cpuMs, requests, moreRequests, over } = stall;
    const place = blockedIn(stall);
    return html`<tr><th scope="row">${place === null ? NOT_SAMPLED : html`${place.name}<small>${whereOf(place)}</small>`}${stackOf(stall)}</th>
<td><b>${formatUs(endUs - startUs)}</b>${over ? null : html`<small>until the end</small>`}</td><td>${formatUs(Math.max(0, startUs - from))}</td><td>${threads[thread]?.label}</td><td>${formatMs(cpuMs)}</td><td>${STALL_KINDS[kind]}</td><td>${requests === 0 && !moreRequests ? NONE : openRequests(stall)}</td></tr>`;
  })}</tbody></table></div>`;
}

function whereOf({ file, line }: CodePlace): string | null {
  return file === null || line === null ? file : `${file}:${line}`;
}

function stackOf({ stack }: RecordedStall): Content {
  if (stack.length < 2) return null;
  return html`<details class="behind"><summary>stack</summary><ol>${stack.map((place) => html`<li>${frameLabel(place)}</li>`)}</ol></details>`;
}
