import { formatBytes, formatMicros, formatRoughBytes, NONE } from '../../core/format.ts';
import { shortVariant } from '../../core/labels.ts';
import type { AllocationsView, AllocationVariant } from '../pages/run/view/allocations.ts';
import { gridLines } from './grid.ts';
import { type Style, wrapText } from './style.ts';

const NOTE =
  'Bytes on V8’s heap, dead or alive, without the contents of Buffers; ± is of sampling. The report has the functions.';

/** What a job allocates, a column for each variant; nothing of a run whose allocations were not sampled. */
export function allocationLines(view: AllocationsView | null, width: number, style: Style): string[] {
  if (view === null) return [];
  const { variants, kinds } = view;
  const yours = kinds.find(({ kind }) => kind === 'yours')?.perJob ?? [];
  const [head = '', ...lines] = gridLines(
    ['allocated, per job', ...variants.map(({ variant }) => shortVariant(variant))],
    [
      ['in all', ...variants.map(wholeCell)],
      ['±', ...variants.map(({ perJob }) => (perJob.bytes === 0 ? NONE : formatRoughBytes(perJob.error)))],
      ['by your code', ...yours.map(({ bytes }) => formatBytes(bytes))],
      ['pauses of GC', ...variants.map(({ gc }) => formatMicros(gc?.pausePerJobUs))],
    ],
  );
  return [style.dim(head), ...lines, ...wrapText(NOTE, width).map(style.dim)];
}

function wholeCell({ perJob, unseen }: AllocationVariant): string {
  return perJob.bytes === 0 ? `<${formatBytes(unseen)}` : formatBytes(perJob.bytes);
}
