import type { Fact, ReportView } from '../view/run/model.ts';
import { type Content, html } from './markup.ts';

export function repeatSection({ environment, options, repeat }: ReportView): Content {
  return html`<div class="facts">
<div><h3>Machine and versions</h3>${factList(environment)}</div>
<div><h3>Options</h3>${factList(options)}</div>
</div>
<h3 id="repeat">How to repeat</h3>
<dl class="repeat">${repeat.map(
    ({ purpose, command }) => html`<div><dt>${purpose}</dt><dd>${copyable(command)}</dd></div>`,
  )}</dl>
<p class="footnote">The folder of this report also has a raw row per job (<code>jobs/</code>), the logs (<code>logs/</code>) and the
complete specification of the run (<code>spec.json</code>).</p>`;
}

/** Commands to copy by hand, with what each is for. */
export function commandList(steps: readonly (readonly [purpose: Content, command: string])[]): Content {
  return html`<dl class="repeat">${steps.map(([purpose, command]) => html`<div><dt>${purpose}</dt><dd><code>${command}</code></dd></div>`)}</dl>`;
}

export function factList(facts: readonly Fact[]): Content {
  return html`<dl class="fact-list">${facts.map(
    ({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/** A command that the script puts a button beside. */
export function copyable(command: string): Content {
  return html`<span data-island="copy" data-text="${command}"><code>${command}</code></span>`;
}
