import type { RunRecord } from '../../../../core/documents/run-record.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../../core/export-formats.ts';
import { redactArguments } from '../../../../core/redaction.ts';
import type { FormatView, ReportView } from './model.ts';
import { runArgument } from './run-argument.ts';

type Found = Pick<ReportView, 'variants' | 'allocations' | 'timelines'>;

/** Formats of other programs that the run folder has enough for. */
export function exportFormats(record: RunRecord, { variants, allocations, timelines }: Found): FormatView[] {
  const profiled = variants.filter(({ flame }) => flame !== null).map(({ variant }) => variant);
  const hasTrials = record.variants.some(({ trials }) => trials.length > 0);
  const all: readonly ExportFormat[] = Object.values(EXPORT_FORMATS);
  return all
    .filter(({ needs }) => {
      if (needs === 'profiles') return profiled.length > 0;
      if (needs === 'profiled') return timelines.some(({ kind }) => kind === 'profiled');
      if (needs === 'allocations') return allocations !== null;
      return hasTrials || (needs === 'either' && profiled.length > 0);
    })
    .filter(({ scope }) => scope !== 'pair' || profiled.length > 1)
    .map(({ name, description, opens, scope }) => {
      const pair = scope === 'pair' ? ['--variant', profiled.slice(0, 2).join(',')] : [];
      const command = `threadmill ${redactArguments(['export', runArgument(record), '--format', name, ...pair])}`;
      return { name, description, opens, command };
    });
}
