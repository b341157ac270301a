import { otherThreadsMs } from '../../analysis/verdict/native-threads.ts';
import { formatBytes, formatCount, formatMs, formatNumber, formatShare, NONE } from '../../core/format.ts';
import { bottleneckNames, HOP_NAMES, QUEUE_PART_NAMES, SHORT_PART_NAMES } from '../../core/labels.ts';
import type { BreakdownBar } from '../view/run/charts.ts';
import { CLIENT_COSTS, CLIENT_DIFFERENCES, CLIENTS_NOTE, type ClientRow } from '../view/run/clients.ts';
import type { MovedRow } from '../view/run/moved.ts';
import type { QueueView } from '../view/run/queue.ts';
import { type WorkerRow, workerColumns } from '../view/run/workers.ts';
import { tableLines } from './grid.ts';
import { type Style, wrapText } from './style.ts';

/** Longer tables are in the report. */
const MAX_WORKERS = 16;

/** Where the wall of every traced variant went, and how near it is to what is possible. */
export function breakdownBlocks(
  breakdowns: readonly BreakdownBar[],
  width: number,
  style: Style,
): string[][] {
  const [first] = breakdowns;
  if (first === undefined) return [];
  const parts = first.shares
    .map(({ part }) => part)
    .filter((part) =>
      breakdowns.some(({ shares }) => shares.some((each) => each.part === part && each.ms > 0)),
    );
  const shares = tableLines(
    ['where the time goes', ...parts.map((part) => SHORT_PART_NAMES[part])],
    breakdowns.map((bar) => [
      bar.variant,
      ...parts.map((part) => formatShare(bar.shares.find((each) => each.part === part)?.share)),
    ]),
    style,
  );
  const onQueue = breakdowns.some(({ bottleneck }) => bottleneck?.coordinatorMs !== undefined);
  const ideals = tableLines(
    [
      ...['ideal time', 'waiting', 'CPU', 'server'],
      ...(onQueue ? ['coordinator', 'queue'] : []),
      ...['ideal', 'reached', 'bottleneck'],
    ],
    breakdowns.map(({ variant, bottleneck }) => [
      variant,
      formatMs(bottleneck?.waitingMs),
      formatMs(bottleneck?.cpuMs),
      formatMs(bottleneck?.serverMs),
      ...(onQueue ? [formatMs(bottleneck?.coordinatorMs), formatMs(bottleneck?.queueServerMs)] : []),
      formatMs(bottleneck?.idealMs),
      formatShare(bottleneck?.efficiency),
      bottleneck === null ? NONE : bottleneckNames(bottleneck.causes),
    ]),
    style,
  );
  const overheads = breakdowns.map(({ overhead }) => overhead.estimate);
  const [least, most] = [formatNumber(Math.min(...overheads)), formatNumber(Math.max(...overheads))];
  const hasIdeal = breakdowns.some(({ bottleneck }) => bottleneck !== null);
  const cost = `Shares of wall time × threads in a traced trial, which took ${least === most ? least : `${least}–${most}`}× as long as a plain one.`;
  const exceeded = breakdowns.some(({ bottleneck }) => bottleneck !== null && bottleneck.efficiency > 1);
  const over = exceeded ? ' Over 100%: the ideal is an estimate from other trials and was too long.' : '';
  const note = hasIdeal
    ? `${cost} Ideal: the longest of ${onQueue ? 'these' : 'waiting, CPU and server'} with perfect overlap.${over}`
    : cost;
  return [
    shares,
    // On a schedule the schedule sets the wall time.
    hasIdeal ? ideals : [],
    wrapText(note, width).map(style.dim),
    elsewhereLines(breakdowns, style),
  ];
}

/** What it costs to move the jobs' data between threads. */
export function movedLines(moved: readonly MovedRow[], style: Style): string[] {
  if (moved.length === 0) return [];
  return tableLines(
    ['data between threads', 'direction', 'copied/job', 'transferred', 'main/job', 'workers/job'],
    moved.map((row) => [
      row.variant,
      HOP_NAMES[row.hop],
      formatBytes(row.copiedBytesPerJob),
      formatBytes(row.transferredBytesPerJob),
      formatMs(row.mainMsPerJob),
      formatMs(row.workersMsPerJob),
    ]),
    style,
  );
}

/** What the time of a job on a queue goes into, and its workers. */
export function queueLines(queue: QueueView | null, width: number, style: Style): string[][] {
  if (queue === null) return [];
  const { latency, workers, reRuns, duplicates } = queue;
  const parts = tableLines(
    ['time of a job', 'mean', 'p50', 'p90', 'max'],
    latency.map(({ part, meanMs, p50, p90, max }) => [
      QUEUE_PART_NAMES[part],
      ...[meanMs, p50, p90, max].map(formatMs),
    ]),
    style,
  );
  const shown = workers.slice(0, MAX_WORKERS);
  const table = tableLines(
    ['worker', 'process', 'jobs', 'CPU', 'CPU/job', 'clock error'],
    shown.map(({ host, pid, jobs, cpuMs, cpuMsPerJob, clockErrorMs, isLost }) => [
      host,
      `${pid}${isLost ? ' (lost)' : ''}`,
      formatCount(jobs),
      formatMs(cpuMs),
      formatMs(cpuMsPerJob),
      clockErrorMs === 0 ? '0' : `±${formatMs(clockErrorMs)}`,
    ]),
    style,
  );
  const more =
    workers.length > shown.length ? ` ${workers.length - shown.length} more are in the report.` : '';
  const note = `Jobs that were started again: ${formatCount(reRuns)}; results that came twice: ${formatCount(duplicates)}.${more}`;
  return [
    latency.length === 0 ? [] : parts,
    workers.length === 0 ? [] : [...table, ...wrapText(note, width).map(style.dim)],
  ];
}

/** Cost of a pool's workers while they have no jobs. */
export function workerLines(workers: readonly WorkerRow[], width: number, style: Style): string[] {
  if (workers.length === 0) return [];
  const columns = workerColumns(workers);
  const table = tableLines(
    ['cost of a worker', ...columns.map(([head]) => head)],
    workers.map((row) => [row.variant, ...columns.map(([, cell]) => cell(row))]),
    style,
  );
  const ends = [...new Set(workers.map(({ onCrash }) => onCrash))].map((onCrash) => {
    const variants = workers.filter((row) => row.onCrash === onCrash).map(({ variant }) => variant);
    return `${variants.join(', ')}: ${onCrash}.`;
  });
  const note = `Start-up: all workers together. Tasks are empty. If a worker exits: ${ends.join(' ')}`;
  return [...table, ...wrapText(note, width).map(style.dim)];
}

/** What the HTTP clients of a run cost, and in what else they differ. */
export function clientLines(clients: readonly ClientRow[], width: number, style: Style): string[] {
  if (clients.length === 0) return [];
  const differences = tableLines(
    ['what differs', 'version', ...CLIENT_DIFFERENCES.map(([head]) => head)],
    clients.map((row) => [row.client, row.version, ...CLIENT_DIFFERENCES.map(([, cell]) => cell(row))]),
    style,
  );
  const costs = tableLines(
    ['client', ...CLIENT_COSTS.map(([head]) => head)],
    clients.map((row) => [row.client, ...CLIENT_COSTS.map(([, cell]) => cell(row))]),
    style,
  );
  const notes = clients.flatMap(({ client, addedHeaders, matters }) => [
    ...(addedHeaders === null ? [] : [`${client} adds headers: ${addedHeaders}.`]),
    ...(matters === null ? [] : [`${client} is not compared: ${matters} differ.`]),
  ]);
  return [
    ...costs,
    '',
    ...differences,
    ...[...notes, CLIENTS_NOTE].flatMap((note) => wrapText(note, width)).map(style.dim),
  ];
}

/** CPU that none of the threads above used, of every variant once it matters for one. */
function elsewhereLines(breakdowns: readonly BreakdownBar[], style: Style): string[] {
  const found = breakdowns.flatMap(({ variant, elsewhere }) =>
    elsewhere === null ? [] : [{ variant, ...elsewhere }],
  );
  if (found.length === 0) return [];
  return tableLines(
    ['CPU of other threads', 'libuv’s pool', 'its threads', 'V8', 'others', 'process'],
    found.map(({ variant, native, processMs }) => [
      variant,
      formatMs(native.libuv?.cpuMs),
      formatCount(native.libuv?.threads),
      formatMs(native.v8Ms),
      formatMs(otherThreadsMs(native)),
      formatMs(processMs),
    ]),
    style,
  );
}
