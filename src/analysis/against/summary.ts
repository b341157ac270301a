import type { AgainstRecord, JudgedRecord, VersionRecord } from '../../core/documents/against.ts';
import type { Change, GateResult } from '../../core/documents/comparison.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { AgainstVerdict, GateOutcome } from '../../core/documents/verdict.ts';
import { formatNumber, formatPlural, listed } from '../../core/format.ts';
import { maxBy } from '../../core/max-by.ts';
import { minRoundsForSequence } from '../../core/statistics/confidence-sequence.ts';
import type { VariantName } from '../../core/variants.ts';
import { changeInterval, changeSize } from '../comparison/wording.ts';
import { plain } from '../verdict/rounds.ts';

export interface AgainstRow {
  readonly variant: VariantName;
  /** Median of the base, and of the change, ms. */
  readonly base: number | null;
  readonly changed: number | null;
  readonly change: Change;
  /** Percent; null: too few rounds. */
  readonly noiseFloor: number | null;
  /** The worst of the gates on it; null without any. */
  readonly outcome: GateOutcome | null;
  /** Rounds, and ms, that would likely decide it. */
  readonly needed: JudgedRecord['needed'];
}

export interface AgainstTable {
  readonly what: string;
  readonly gate: string | null;
  readonly rows: readonly AgainstRow[];
}

/** What a run with `--against` found, in the order of the output; null for a run without it, or one that did not end. */
export interface AgainstSummary extends AgainstVerdict {
  readonly versions: { readonly base: string; readonly change: string };
  readonly rounds: string;
  /** First CPU, then time. */
  readonly tables: readonly AgainstTable[];
}

const WORST: readonly GateOutcome[] = ['failed', 'inconclusive', 'passed'];

export function againstSummary(record: RunRecord): AgainstSummary | null {
  const { against } = record;
  if (against === null || against.verdict === null) return null;
  return {
    ...against.verdict,
    versions: { base: versionText(against.base), change: versionText(against.change) },
    rounds: roundsOf(record),
    tables: tablesOf(record, against),
  };
}

/** Of a run whose versions are compared and whose gates are evaluated; null for another. */
export function againstVerdict(record: RunRecord): AgainstVerdict | null {
  const { against, comparedWith, gates } = record;
  if (against === null || comparedWith === null) return null;
  const tables = tablesOf(record, against);
  const outcomes = gates.map(({ outcome }) => outcome);
  const outcome = WORST.find((each) => outcomes.includes(each)) ?? 'passed';
  return { outcome, headline: headlineOf(outcome, tables, gates, against.base), advice: adviceOf(tables) };
}

function tablesOf({ comparedWith, gates }: RunRecord, against: AgainstRecord): AgainstSummary['tables'] {
  if (comparedWith === null) return [];
  const wall = comparedWith.quantity === 'wall' ? 'wall time' : 'mean response time';
  const tableOf = (what: string, metric: string, quantity: 'wall' | 'cpu'): AgainstTable => {
    const own = gates.filter(({ expression }) => metricOf(expression) === metric);
    return {
      what,
      gate:
        own.length === 0 ? null : [...new Set(own.map(({ threshold }) => `${plain(threshold)}%`))].join(', '),
      rows: comparedWith.variants.map((variant) => {
        const { name, ms, change, cpu } = variant;
        const figures = quantity === 'wall' ? { ...ms, change } : cpu;
        const judged = against.variants.find((each) => each.name === name)?.[quantity];
        return {
          variant: name,
          base: figures.before?.estimate ?? null,
          changed: figures.after?.estimate ?? null,
          change: figures.change,
          noiseFloor: judged?.noiseFloor ?? null,
          outcome: worst(own, name),
          needed: judged?.needed ?? null,
        };
      }),
    };
  };
  return [tableOf('CPU per job', 'cpu-regression', 'cpu'), tableOf(wall, 'regression', 'wall')];
}

/** `git:main (1a2b3c4d5e)`, `this version (1a2b3c4d5e, modified)`, `this version, --concurrency 32`. */
function versionText({ label, commit, modified, settings }: VersionRecord): string {
  const known = commit === null || commit === label ? [] : [commit.slice(0, 10)];
  const details = [...known, ...(modified === true ? ['modified'] : [])];
  const where = details.length === 0 ? label : `${label} (${details.join(', ')})`;
  return [where, ...settings.map(({ name, value }) => `${name} ${value}`)].join(', ');
}

function metricOf(expression: string): string {
  return /([\w-]+)\s*[<>]/.exec(expression)?.[1] ?? '';
}

function worst(gates: readonly GateResult[], name: VariantName): GateOutcome | null {
  const outcomes = gates.flatMap(({ variants }) =>
    variants.filter(({ variant }) => variant === name).map(({ outcome }) => outcome),
  );
  return WORST.find((each) => outcomes.includes(each)) ?? null;
}

function headlineOf(
  outcome: GateOutcome,
  tables: readonly AgainstTable[],
  gates: readonly GateResult[],
  base: VersionRecord,
): string {
  const against = `against ${base.label}`;
  const found = tables.flatMap(({ what, gate, rows }) =>
    rows.filter((row) => row.outcome === outcome).map((row) => ({ what, gate, row })),
  );
  if (outcome === 'failed') {
    if (found.length === 0) {
      const failed = gates.filter((gate) => gate.outcome === 'failed').map(({ expression }) => expression);
      return `Failed ${against}: ${listed(failed)}.`;
    }
    const each = found.map(({ what, gate, row }) => `${changeText(what, row)} (gate ${gate})`);
    return `Failed ${against}: ${listed(each)}.`;
  }
  if (outcome === 'inconclusive') {
    const each = namesOf(found);
    return `Inconclusive ${against}: ${each.length === 0 ? 'a gate' : listed(each)}.`;
  }
  const sizes = tables.flatMap(({ what, gate }) => (gate === null ? [] : `${what} ${gate}`));
  return `Passed ${against}: no increase above the gate${sizes.length === 0 ? '' : ` (${listed(sizes)})`}.`;
}

function changeText(what: string, { variant, change: { ratio } }: AgainstRow): string {
  const whose = `${what} of ${variant}`;
  return ratio === null ? whose : `${whose} ${changeSize(ratio)}, ${changeInterval(ratio)}`;
}

function adviceOf(tables: readonly AgainstTable[]): string[] {
  const open = tables.flatMap(({ what, rows }) =>
    rows.filter(({ outcome }) => outcome === 'inconclusive').map((row) => ({ what, row })),
  );
  const failed = open.filter(
    ({ row }) => row.change.reason === 'jobs-failed' || row.change.reason === 'responses-differ',
  );
  const few = open.filter(({ row }) => row.change.reason === 'too-few-rounds');
  const others = open.filter((each) => !failed.includes(each) && !few.includes(each));
  const hopeless = others.filter(({ row }) => row.needed === null);
  const most = maxBy(
    others.flatMap(({ row }) => row.needed ?? []),
    ({ ms }) => ms,
  );
  return [
    ...(failed.length === 0
      ? []
      : ['Jobs failed or responses differed in one of the versions: fix that first.']),
    ...(few.length === 0
      ? []
      : [
          `Fewer than ${minRoundsForSequence()} rounds are always inconclusive: raise --rounds or --max-time.`,
        ]),
    ...(most === undefined
      ? []
      : [
          `About ${formatPlural(most.rounds, 'round')} would be enough${hopeless.length === 0 ? '' : ' the rest'}: --max-time ${Math.ceil((1.1 * most.ms) / 1_000)}s.`,
        ]),
    ...(hopeless.length === 0
      ? []
      : [
          `More rounds would not help for ${listed(namesOf(hopeless))}: a quieter machine, longer trials (--jobs) or a larger gate would.`,
        ]),
  ];
}

function namesOf(found: readonly { readonly what: string; readonly row: AgainstRow }[]): string[] {
  return [...new Set(found.map(({ what }) => what))].map(
    (what) =>
      `${what} of ${listed(found.filter((each) => each.what === what).map(({ row }) => row.variant))}`,
  );
}

function roundsOf({ rounds, against, spec }: RunRecord): string {
  const took = `${formatPlural(rounds.completed, 'round')} in ${formatNumber((against?.roundsMs ?? 0) / 1_000)} s`;
  switch (rounds.endedBy) {
    case 'decided':
      return `${took}, until every gate was decided`;
    case 'undecidable':
      return `${took}; failed jobs leave nothing to decide`;
    case 'max-time':
      return `${took}, stopped at the ${plain(spec.maxTimeMs / 1_000)} s limit`;
    default:
      return took;
  }
}
