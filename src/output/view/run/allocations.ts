import { comparable } from '../../../analysis/comparable.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { Allocations, FlameData, FrameCategory } from '../../../core/documents/flame.ts';
import type { RunRecord, TrialRecord } from '../../../core/documents/run-record.ts';
import type { VariantName } from '../../../core/variants.ts';
import {
  allAllocations,
  allocationsByCategory,
  type ByteEstimate,
  topAllocators,
} from '../../../profile/top-allocators.ts';
import { cleanFlame, placeOf, sameFunctions } from './functions.ts';

/** What the variants allocated, over all threads of each; estimates are for one job unless they say otherwise. */
export interface AllocationsView {
  readonly variants: readonly AllocationVariant[];
  readonly kinds: readonly KindRow[];
  /** Those that allocated most in any of the variants, the most for one job first. */
  readonly functions: readonly AllocatorRow[];
}

export interface AllocationVariant {
  readonly variant: VariantName;
  /** Jobs that ran while allocations were sampled. */
  readonly jobs: number;
  readonly perJob: ByteEstimate;
  /** Of all those jobs. */
  readonly all: ByteEstimate;
  readonly samples: number;
  /** Mean distance of two samples, bytes. */
  readonly intervalBytes: number;
  /** Bytes per job that may be allocated without one sample: under three intervals in all, at 95% (rule of three). */
  readonly unseen: number;
  readonly threads: readonly { readonly label: string; readonly perJob: ByteEstimate }[];
  /** Garbage collections in timed trials; null if there is none to tell of. */
  readonly gc: CollectionsView | null;
  readonly caveat: string | null;
  /** Bytes where µs are. */
  readonly flame: FlameData;
}

/** Over all comparable trials and threads. */
export interface CollectionsView {
  readonly jobs: number;
  readonly collections: number;
  readonly pausePerJobUs: number;
}

/** Whose code: a built-in function of V8 counts for the code that called it. */
export type Kind = 'yours' | 'packages' | 'node' | 'v8' | 'threadmill';

export interface KindRow {
  readonly kind: Kind;
  /** One for each of the view's variants. */
  readonly perJob: readonly (ByteEstimate & { readonly share: number })[];
}

export interface AllocatorRow {
  readonly name: string;
  readonly place: string | null;
  readonly category: FrameCategory;
  /** One for each of the view's variants; null where no sample was taken. */
  readonly perJob: readonly (Allocated | null)[];
}

export interface Allocated {
  readonly self: ByteEstimate;
  /** Of what the variant allocated: by the function itself, 0 to 1. */
  readonly share: number;
}

const MAX_FUNCTIONS = 15;
/** Of a variant's bytes: less than this is not worth a line. */
const MIN_SHARE = 0.01;
const KIND_OF: Readonly<Partial<Record<FrameCategory, Kind>>> = {
  user: 'yours',
  dependency: 'packages',
  node: 'node',
  threadmill: 'threadmill',
};
const KINDS: readonly Kind[] = ['yours', 'packages', 'node', 'v8', 'threadmill'];

export function allocationsView(record: RunRecord, loaded: readonly Allocations[]): AllocationsView | null {
  const sampled = record.variants.flatMap(({ name, trials }): Sampled[] => {
    const found = loaded.find(({ flame }) => flame.variant === name);
    const taken = record.artifacts.find((each) => each.variant === name && each.capture === 'heap');
    if (found === undefined || taken === undefined || 'unavailable' in taken) return [];
    const jobs = (taken.repeats ?? 0) * record.spec.jobs;
    const allocations = { ...found, flame: cleanFlame(found.flame) };
    const gc = collectionsOf(trials, record.spec.jobs);
    return jobs === 0 ? [] : [{ variant: name, allocations, jobs, gc, caveat: taken.caveat }];
  });
  if (sampled.length === 0) return null;
  return {
    variants: sampled.map(variantOf),
    kinds: kindRows(sampled),
    functions: allocatorRows(sampled),
  };
}

interface Sampled {
  readonly variant: VariantName;
  readonly allocations: Allocations;
  readonly jobs: number;
  readonly gc: CollectionsView | null;
  readonly caveat: string | null;
}

function collectionsOf(trials: readonly TrialRecord[], jobs: number): CollectionsView | null {
  const sound = trials.filter(comparable);
  if (sound.length === 0) return null;
  const spans = sound.flatMap(({ threads }) => threads);
  const sum = (of: (span: (typeof spans)[number]) => number) =>
    spans.reduce((all, span) => all + of(span), 0);
  const all = sound.length * jobs;
  return {
    jobs: all,
    collections: sum(({ gc }) => gc.count),
    pausePerJobUs: (sum(({ gc }) => gc.pauseMs) * 1_000) / all,
  };
}

function variantOf({ variant, allocations, jobs, gc, caveat }: Sampled): AllocationVariant {
  const { flame, intervalBytes } = allocations;
  const all = allAllocations(allocations);
  return {
    ...{ variant, jobs, all, intervalBytes, gc, flame },
    perJob: forOne(all, jobs),
    samples: flame.threads.reduce((sum, { samples }) => sum + samples, 0),
    unseen: (3 * intervalBytes) / jobs,
    threads: flame.threads.map(({ thread, label }) => ({
      label,
      perJob: forOne(allAllocations(allocations, thread), jobs),
    })),
    caveat: caveat === null ? null : cleanText(caveat),
  };
}

function forOne({ bytes, error }: ByteEstimate, jobs: number): ByteEstimate {
  return { bytes: bytes / jobs, error: error / jobs };
}

function shareOf(bytes: number, allocations: Allocations): number {
  const all = allAllocations(allocations).bytes;
  return all > 0 ? bytes / all : 0;
}

/** All kinds, those without any included. */
function kindRows(sampled: readonly Sampled[]): KindRow[] {
  const columns = sampled.map(({ allocations, jobs }) => {
    const sums = kindSums(allocations);
    return (kind: Kind) => {
      const sum = sums.get(kind) ?? { bytes: 0, error: 0 };
      return { ...forOne(sum, jobs), share: shareOf(sum.bytes, allocations) };
    };
  });
  return KINDS.map((kind) => ({ kind, perJob: columns.map((column) => column(kind)) }));
}

/** Parts have no sample in common, so that the squares of their errors add up. */
function kindSums(allocations: Allocations): Map<Kind, ByteEstimate> {
  const sums = new Map<Kind, ByteEstimate>();
  for (const { category, self } of allocationsByCategory(allocations)) {
    const kind = KIND_OF[category] ?? 'v8';
    const { bytes, error } = sums.get(kind) ?? { bytes: 0, error: 0 };
    sums.set(kind, { bytes: bytes + self.bytes, error: Math.hypot(error, self.error) });
  }
  return sums;
}

function allocatorRows(sampled: readonly Sampled[]): AllocatorRow[] {
  const columns = sampled.map(({ allocations, jobs }) =>
    topAllocators(allocations).map(({ frame, self }) => ({
      frame,
      figures: { self: forOne(self, jobs), share: shareOf(self.bytes, allocations) },
    })),
  );
  return sameFunctions(columns)
    .filter(({ figures }) => figures.some((each) => each !== null && isWorthALine(each)))
    .map(({ frame, figures }) => ({
      ...{ name: frame.name, place: placeOf(frame), category: frame.category },
      perJob: figures,
    }))
    .sort((a, b) => most(b) - most(a) || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_FUNCTIONS);
}

/** Not what could be next to nothing, either: some four samples are needed to rule that out. */
function isWorthALine({ self, share }: Allocated): boolean {
  return share >= MIN_SHARE && self.bytes > self.error;
}

function most({ perJob }: AllocatorRow): number {
  return Math.max(...perJob.map((each) => each?.self.bytes ?? 0));
}
