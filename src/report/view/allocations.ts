import type { Allocations } from '../../profile/heap-allocations.ts';
import {
  allAllocations,
  allocationsByCategory,
  type ByteEstimate,
  topAllocators,
} from '../../profile/top-allocators.ts';
import type { FlameData, FrameCategory } from '../../types/flame.ts';
import type { RunRecord } from '../../types/run-record.ts';
import type { VariantName } from '../../types/variant-names.ts';
import { cleanText } from '../clean-text.ts';
import { cleanFlame, placeOf } from './functions.ts';

/** What a variant allocated, per job where it says so. */
export interface AllocationView {
  readonly variant: VariantName;
  /** Jobs that ran while allocations were sampled. */
  readonly jobs: number;
  /** Null if nothing was sampled: then it is less than `unseenPerJob`. */
  readonly perJob: ByteEstimate | null;
  readonly total: ByteEstimate;
  readonly samples: number;
  readonly intervalBytes: number;
  /** What may be missing for not having been sampled once, at 95%: three intervals ("rule of three"), bytes. */
  readonly unseenPerJob: number;
  readonly threads: readonly { readonly label: string; readonly perJob: ByteEstimate }[];
  readonly kinds: readonly KindView[];
  readonly functions: readonly AllocatorRow[];
  /** Functions that allocated less than those. */
  readonly others: number;
  readonly caveat: string | null;
  /** Bytes where µs are. */
  readonly flame: FlameData;
}

export type Kind = 'yours' | 'packages' | 'node' | 'v8' | 'threadmill';

export interface KindView {
  readonly kind: Kind;
  readonly perJob: ByteEstimate;
  /** Of the variant's, 0 to 1. */
  readonly share: number;
}

export interface AllocatorRow {
  readonly name: string;
  readonly place: string | null;
  readonly category: FrameCategory;
  /** Per job. */
  readonly self: ByteEstimate;
  readonly total: ByteEstimate;
  /** Of the variant's, 0 to 1: by the function itself. */
  readonly share: number;
}

export const TOP_ALLOCATORS = 15;

const KIND_OF: Readonly<Partial<Record<FrameCategory, Kind>>> = {
  user: 'yours',
  dependency: 'packages',
  node: 'node',
  threadmill: 'threadmill',
};
const KINDS: readonly Kind[] = ['yours', 'packages', 'node', 'v8', 'threadmill'];

/** Variants whose allocations were sampled, in the order of the run. */
export function allocationViews(record: RunRecord, loaded: readonly Allocations[]): AllocationView[] {
  return record.variants.flatMap(({ name }): AllocationView[] => {
    const found = loaded.find(({ flame }) => flame.variant === name);
    const taken = record.artefacts.find((each) => each.variant === name && each.capture === 'heap');
    if (found === undefined || taken === undefined || 'unavailable' in taken) return [];
    const jobs = (taken.repeats ?? 0) * record.spec.jobs;
    if (jobs === 0) return [];
    return [viewOf(name, { ...found, flame: cleanFlame(found.flame) }, jobs, taken.caveat)];
  });
}

function viewOf(
  variant: VariantName,
  allocations: Allocations,
  jobs: number,
  caveat: string | null,
): AllocationView {
  const { flame, intervalBytes } = allocations;
  const perJob = ({ bytes, error }: ByteEstimate): ByteEstimate => ({
    bytes: bytes / jobs,
    error: error / jobs,
  });
  const total = allAllocations(allocations);
  const share = (bytes: number): number => (total.bytes > 0 ? bytes / total.bytes : 0);
  const functions = topAllocators(allocations).filter(({ self }) => self.bytes > 0);
  return {
    ...{ variant, jobs, total, intervalBytes, flame },
    perJob: total.bytes > 0 ? perJob(total) : null,
    samples: flame.threads.reduce((sum, { samples }) => sum + samples, 0),
    unseenPerJob: (3 * intervalBytes) / jobs,
    threads: flame.threads.map(({ thread, label }) => ({
      label,
      perJob: perJob(allAllocations(allocations, thread)),
    })),
    kinds: kindsOf(allocations).map(([kind, estimate]) => ({
      kind,
      perJob: perJob(estimate),
      share: share(estimate.bytes),
    })),
    functions: functions.slice(0, TOP_ALLOCATORS).map(({ frame, self, total: below }) => ({
      name: frame.name,
      place: placeOf(frame),
      category: frame.category,
      self: perJob(self),
      total: perJob(below),
      share: share(self.bytes),
    })),
    others: Math.max(0, functions.length - TOP_ALLOCATORS),
    caveat: caveat === null ? null : cleanText(caveat),
  };
}

/** All kinds, those without any included. Errors of parts that share no sample add up in squares. */
function kindsOf(allocations: Allocations): [Kind, ByteEstimate][] {
  const sums = new Map<Kind, ByteEstimate>(KINDS.map((kind) => [kind, { bytes: 0, error: 0 }]));
  for (const { category, self } of allocationsByCategory(allocations)) {
    const kind = KIND_OF[category] ?? 'v8';
    const { bytes, error } = sums.get(kind)!;
    sums.set(kind, { bytes: bytes + self.bytes, error: Math.hypot(error, self.error) });
  }
  return [...sums];
}
