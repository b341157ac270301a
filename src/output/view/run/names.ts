import { cleanText } from '../../../core/clean-text.ts';
import { PHASES, type PhaseName } from '../../../core/documents/breakdown.ts';
import type { NameFigures, RunRecord } from '../../../core/documents/run-record.ts';
import { formatPlural } from '../../../core/format.ts';
import type { VariantName } from '../../../core/variants.ts';

export interface NamesView {
  readonly names: readonly NameRows[];
  /** Phases that any of them had. */
  readonly phases: readonly PhaseName[];
}

export interface NameRows {
  readonly name: string;
  readonly rows: readonly (NameFigures & { readonly variant: VariantName })[];
}

/** Null where all jobs have one name. */
export function namesView({ variants }: RunRecord): NamesView | null {
  const longest = variants.reduce((most, { byName }) => Math.max(most, byName.length), 0);
  if (longest < 2) return null;
  const names = Array.from({ length: longest }, (_, index): NameRows => {
    const rows = variants.flatMap(({ name, byName }) => {
      const figures = byName[index];
      return figures === undefined || figures.jobs === 0 ? [] : [{ ...figures, variant: name }];
    });
    const [first] = rows;
    const many = (first?.names ?? 1) > 1;
    return { name: many ? formatPlural(first!.names, 'other name') : cleanText(first?.name ?? '', 80), rows };
  }).filter(({ rows }) => rows.length > 0);
  const phases = PHASES.filter((phase) =>
    names.some(({ rows }) => rows.some(({ phasesMs }) => (phasesMs?.[phase] ?? 0) > 0)),
  );
  return { names, phases };
}
