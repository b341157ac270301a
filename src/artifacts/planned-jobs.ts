import { type ItemNames, nameOfItem } from '../types/item-names.ts';
import type { RunSpec } from '../types/spec.ts';
import { fillPlan } from '../workload/plan.ts';
import { readItemNames } from './item-names.ts';
import type { RunFolder } from './run-folder.ts';

/** The jobs of a run's plan, by their position in it. */
export class PlannedJobs {
  readonly #spec: Pick<RunSpec, 'jobs' | 'seed' | 'workload'>;
  readonly #itemNames: ItemNames | null;
  #plan: Uint32Array | null = null;

  private constructor(spec: Pick<RunSpec, 'jobs' | 'seed' | 'workload'>, itemNames: ItemNames | null) {
    this.#spec = spec;
    this.#itemNames = itemNames;
  }

  static async open(
    folder: RunFolder,
    spec: Pick<RunSpec, 'jobs' | 'seed' | 'workload'>,
  ): Promise<PlannedJobs> {
    return new PlannedJobs(spec, await readItemNames(folder));
  }

  /** Index into the workload's items. */
  itemOf(position: number): number {
    const { jobs, seed, workload } = this.#spec;
    this.#plan ??= fillPlan(new Uint32Array(jobs), workload.items, seed);
    return this.#plan[position]!;
  }

  /** What the workload calls it, as it was saved; `item 3` if names were not kept. */
  nameOf(position: number): string {
    return nameOfItem(this.#itemNames, this.itemOf(position));
  }
}
