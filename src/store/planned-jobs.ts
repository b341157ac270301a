import type { RunSpec } from '../core/documents/spec.ts';
import { ThreadmillError } from '../core/errors.ts';
import { type ItemNames, nameOfItem } from '../core/item-names.ts';
import { fillPlan } from '../workload/plan.ts';
import { readItemNames } from './item-names.ts';
import type { RunFolder } from './run-folder.ts';

type PlanSpec = Pick<RunSpec, 'jobs' | 'seed' | 'workload'>;

/** The jobs of a run's plan, by their position in it. */
export class PlannedJobs {
  /** Why no names can be read, if they were kept and can't; jobs are then called by their item. */
  readonly problem: ThreadmillError | null;
  readonly #spec: PlanSpec;
  readonly #itemNames: ItemNames | null;
  #plan: Uint32Array | null = null;

  private constructor(spec: PlanSpec, itemNames: ItemNames | null, problem: ThreadmillError | null = null) {
    this.#spec = spec;
    this.#itemNames = itemNames;
    this.problem = problem;
  }

  static async open(folder: RunFolder, spec: PlanSpec): Promise<PlannedJobs> {
    try {
      return new PlannedJobs(spec, await readItemNames(folder));
    } catch (thrown) {
      if (thrown instanceof ThreadmillError) return new PlannedJobs(spec, null, thrown);
      throw thrown;
    }
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
