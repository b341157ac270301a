import { comparable, heldBeforeBytes } from '../../core/documents/comparable.ts';
import type { BlockRecord, LatencySummary, RunRecord } from '../../core/documents/run-record.ts';
import { OUTCOMES } from '../../core/outcomes.ts';
import { type Cell, csvLine } from './cell.ts';

const PERCENTILES = ['p50', 'p90', 'p99', 'p999', 'max'] as const satisfies (keyof LatencySummary)[];

/** A timed block of a run. */
export interface BlockRow {
  readonly record: RunRecord;
  /** `check` is the double of the baseline (`--check`). */
  readonly variant: string;
  readonly block: BlockRecord;
}

/** Heads and what stands below them. Times are ms, sizes bytes. */
const COLUMNS: readonly (readonly [string, (row: BlockRow) => Cell])[] = [
  ['run', ({ record }) => record.id],
  ['variant', ({ variant }) => variant],
  ['round', ({ block }) => block.round],
  ['order', ({ block }) => block.order],
  ['wall_ms', ({ block }) => block.wallMs],
  ['counts', ({ block }) => comparable(block)],
  ...PERCENTILES.map((name): [string, (row: BlockRow) => Cell] => [
    `latency_${name}_ms`,
    ({ block }) => block.latencyMs[name],
  ]),
  ...PERCENTILES.map((name): [string, (row: BlockRow) => Cell] => [
    `response_${name}_ms`,
    ({ block }) => block.open?.responseMs[name] ?? null,
  ]),
  ['response_mean_ms', ({ block }) => block.open?.meanResponseMs ?? null],
  ['bytes', ({ block }) => block.bytes],
  ['cpu_user_ms', ({ block }) => block.cpuUserMs],
  ['cpu_system_ms', ({ block }) => block.cpuSystemMs],
  ['peak_rss_bytes', ({ block }) => block.peakRssBytes],
  ['heap_before_bytes', ({ block }) => heldBeforeBytes(block)],
  ['connections_opened', ({ block }) => block.connectionsOpened],
  ['machine_busy_ms', ({ block }) => block.machine?.busyMs ?? null],
  ['machine_others_ms', ({ block }) => block.machine?.othersMs ?? null],
  ['machine_steal_ms', ({ block }) => block.machine?.stealMs ?? null],
  ['server_cpu_ms', ({ block }) => block.server?.cpuMs ?? null],
  ['server_utilization', ({ block }) => block.server?.eventLoopUtilization ?? null],
  ...OUTCOMES.map((outcome): [string, (row: BlockRow) => Cell] => [
    outcome.replaceAll('-', '_'),
    ({ block }) => block.outcomes[outcome],
  ]),
  ['lost', ({ block }) => block.lost],
];

/**
 * One line for each timed block of each run, after one with the heads.
 *
 * @param keep which of them; default: all.
 */
export function* blockLines(
  records: readonly RunRecord[],
  keep: (row: BlockRow) => boolean = () => true,
): Generator<string> {
  yield csvLine(COLUMNS.map(([head]) => head));
  for (const row of records.flatMap(rowsOf)) {
    if (keep(row)) yield csvLine(COLUMNS.map(([, cell]) => cell(row)));
  }
}

function rowsOf(record: RunRecord): BlockRow[] {
  const arms = [
    ...record.variants.map(({ name, blocks }) => ({ variant: name as string, blocks })),
    ...(record.check === null ? [] : [{ variant: 'check', blocks: record.check.arm.blocks }]),
  ];
  return arms.flatMap(({ variant, blocks }) => blocks.map((block) => ({ record, variant, block })));
}
