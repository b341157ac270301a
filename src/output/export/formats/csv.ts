import { EXPORT_FORMATS } from '../../../core/export-formats.ts';
import { blockLines } from '../../csv/blocks.ts';
import { jobLines } from '../../csv/jobs.ts';
import { inChunks, inChunksAsync } from '../chunks.ts';
import type { Exporter, Part } from '../exporter.ts';
import type { RunSource } from '../run-source.ts';

const COMMON = { blocks: 'all', binary: false } as const;

/** As `threadmill compare --csv` writes them. */
export const csvBlocks: Exporter = {
  ...EXPORT_FORMATS.csvBlocks,
  ...COMMON,
  extension: '.blocks.csv',
  async *write(source, part) {
    const wanted = choice(source, part);
    yield* inChunks(blockLines([source.record], ({ variant, block }) => wanted(variant, block.round)));
  },
};

export const csvJobs: Exporter = {
  ...EXPORT_FORMATS.csvJobs,
  ...COMMON,
  extension: '.jobs.csv',
  write(source, part) {
    const wanted = choice(source, part);
    return inChunksAsync(jobLines([source], ({ variant, round }) => wanted(variant, round)));
  },
};

/** Whether a block is among those asked for; one of the baseline's double, `check`, if the baseline's is. */
function choice({ record }: RunSource, { variants }: Part): (variant: string, round: number) => boolean {
  const blocks = new Set(variants.flatMap((part) => part.blocks.map((round) => `${part.name} ${round}`)));
  const [baseline] = record.spec.variants;
  return (variant, round) => blocks.has(`${variant === 'check' ? baseline : variant} ${round}`);
}
