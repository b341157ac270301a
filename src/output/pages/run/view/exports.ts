import type { RunRecord } from '../../../../core/documents/run-record.ts';
import type { PageFile } from '../../../../core/export-formats.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../../core/export-formats.ts';
import { redactArguments } from '../../../../core/redaction.ts';
import type { PageDownload } from '../../../markup/page-data.ts';
import { fileGroups, savedFiles, whyLeftOut } from './export-files.ts';
import type { ExportsView, FormatView, ReportView } from './model.ts';
import { runArgument } from './run-argument.ts';

type Shown = Omit<ReportView, 'exports'>;

/** @param files of any format that the run has. */
export function exportsView(record: RunRecord, shown: Shown, files: readonly PageFile[]): ExportsView {
  return {
    downloads: downloads(record, shown),
    formats: formats(record, shown, files),
    files: savedFiles(files),
  };
}

function downloads(record: RunRecord, shown: Shown): PageDownload[] {
  if (record.variants.every(({ trials }) => trials.length === 0)) return [];
  const name = shown.run.id.replace(/[^\w.-]+/g, '_');
  return [
    {
      id: 'summary',
      label: 'Summary as JSON',
      fileName: `${name}.summary.json`,
      type: 'application/json',
      content: summaryOf(shown),
    },
  ];
}

/** The figures of the page without its curves; units are in the names. */
function summaryOf(shown: Shown): object {
  const { run, verdict, baseline, compared, rows, pairs, walls, breakdowns, latencies } = shown;
  const { changes, gates, warnings, environment, options, repeat } = shown;
  return {
    run,
    verdict,
    baseline,
    compared,
    variants: rows,
    pairs,
    medianIntervals: walls.bars.map(({ variant, interval }) => ({ variant, ms: interval })),
    breakdowns,
    latencies: latencies.map(({ service, response, ...of }) => ({
      ...of,
      serviceMs: service?.percentiles ?? null,
      responseMs: response?.percentiles ?? null,
    })),
    changes,
    gates,
    warnings,
    environment,
    options,
    repeat,
  };
}

function formats(
  record: RunRecord,
  { variants, allocations, timelines }: Shown,
  files: readonly PageFile[],
): FormatView[] {
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
      const own = files.filter(({ format }) => format === name);
      return { name, description, opens, command, groups: fileGroups(own), leftOut: whyLeftOut(own) };
    });
}
