import type { Codec } from '../state/codecs.ts';
import type { TimelineModel } from './model.ts';

/** A row of the timeline's jobs, or an index into its frames. */
export type Selection =
  | { readonly kind: 'job'; readonly row: number }
  | { readonly kind: 'function'; readonly frame: number };

/** As it stands in the address: the job's place in the plan, or the function's index; nothing for nothing. */
export function selectionCodec({ timeline, rowOf }: TimelineModel): Codec<Selection | null> {
  const { jobs, frames } = timeline;
  return {
    encode: (selection) => {
      if (selection === null) return '';
      return selection.kind === 'job' ? `job-${jobs.position[selection.row]}` : `function-${selection.frame}`;
    },
    decode: (text) => {
      const match = /^(job|function)-(\d{1,9})$/.exec(text);
      if (match === null) return null;
      const number = Number(match[2]);
      if (match[1] === 'function') return number < frames.length ? { kind: 'function', frame: number } : null;
      const row = rowOf.get(number);
      return row === undefined ? null : { kind: 'job', row };
    },
  };
}
