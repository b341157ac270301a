import { verdictOf } from '../../src/analysis/verdict/verdict.ts';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { wrapText } from '../../src/output/terminal/style.ts';

/** All that a verdict says, as a person reads it. */
export function said(run: RunRecord): string {
  const { kind, recommended, binding, text, lines } = verdictOf(run);
  return [
    `[${kind}, use ${recommended ?? 'nothing'}, binds: ${binding ?? 'unknown'}]`,
    ...wrapText(text, 100),
    ...lines.flatMap((line) => wrapText(`${line.label}: ${line.text}`, 100, '', '  ')),
  ].join('\n');
}

/** The lines below its first sentence, each unbroken. */
export function plain(run: RunRecord): string {
  return verdictOf(run)
    .lines.map(({ label, text }) => `${label}: ${text}`)
    .join('\n');
}

/** What most of the made cases say of their rounds. */
export const ROUNDS = `Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%).`;
