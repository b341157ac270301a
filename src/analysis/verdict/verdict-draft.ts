import type { VariantName } from '../../core/variants.ts';
import type { Binding } from './binding.ts';
import type { Part } from './wording.ts';

/** What a line of the verdict is about, in the order in which they come, with its label. */
export const TOPIC_LABELS = {
  run: 'Run',
  why: 'Why',
  factor: 'Factor',
  choice: 'Choice',
  inconclusive: 'Open',
  advice: 'Advice',
  cost: 'Cost',
  limit: 'Limit',
  change: 'Change',
  aa: 'A/A',
  rounds: 'Rounds',
} as const;
export type Topic = keyof typeof TOPIC_LABELS;

/** A verdict before its words are set: sentences by topic. */
export interface VerdictDraft {
  readonly recommended: VariantName | null;
  readonly binding: Binding | null;
  readonly headline: readonly Part[];
  readonly lines: Readonly<Partial<Record<Topic, readonly string[]>>>;
}
