import { inspect } from 'node:util';
import { messageOf, ThreadmillError } from '../core/errors.ts';
import { OUTCOME_CODE } from '../core/outcomes.ts';
import { digestOf } from './digest.ts';
import {
  brandWorkload,
  checkFunctions,
  checkSpelling,
  type Job,
  type JobContext,
  type JobExecutor,
  type JobResult,
  type JobSlot,
  MAX_ITEMS,
  type ThreadContext,
  type Workload,
  WorkloadError,
} from './workload.ts';

export interface WorkloadDefinition<Input, Result> {
  readonly name: string;
  /** How many jobs there are, or one entry for each: an entry is the job's `input`. */
  readonly jobs: number | readonly Input[];
  /** One job. What it returns is compared between variants, unless it returns nothing. */
  run(job: Job<Input>, context: JobContext): Result | Promise<Result>;
  /** Name of an item, for tables and logs; by default the input itself if it is a string, or its `name`. */
  jobName?(input: Input, index: number): string;
  /** What is compared instead of the whole result: leave out times, ids and all that differs by nature. */
  digest?(result: Result): unknown;
  /** Once in every thread before its first job, and after its last. */
  setup?(context: { readonly thread: number; readonly slots: number }): void | Promise<void>;
  teardown?(): void | Promise<void>;
}

/** An input on one line, however large it is. */
const INPUT_SHOWN = {
  depth: 3,
  maxArrayLength: 10,
  maxStringLength: 200,
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
} as const;

const FIELDS = ['name', 'jobs', 'run', 'jobName', 'digest', 'setup', 'teardown'];

/** Any asynchronous work as a workload. Throws WorkloadError if the definition can't be run. */
export function defineWorkload<Input = number, Result = unknown>(
  definition: WorkloadDefinition<Input, Result>,
): Workload {
  if (typeof definition !== 'object' || definition === null) {
    throw new WorkloadError('defineWorkload takes an object with name, jobs and run');
  }
  checkSpelling('defineWorkload', definition, FIELDS);
  const { name, jobs } = definition;
  if (typeof name !== 'string' || name === '') {
    throw new WorkloadError('defineWorkload: `name` must be a non-empty string');
  }
  if (typeof definition.run !== 'function')
    throw new WorkloadError('defineWorkload: `run` must be a function');
  const itemCount = Array.isArray(jobs) ? jobs.length : jobs;
  if (typeof itemCount !== 'number' || !Number.isInteger(itemCount) || itemCount < 0) {
    throw new WorkloadError('defineWorkload: `jobs` must be a whole number or an array');
  }
  if (itemCount > MAX_ITEMS) {
    throw new WorkloadError(`defineWorkload: \`jobs\` must not be more than ${MAX_ITEMS}`);
  }
  checkFunctions('defineWorkload', definition, ['jobName', 'digest', 'setup', 'teardown']);
  const inputs = Array.isArray(jobs) ? (jobs as readonly Input[]) : null;
  const itemName = (index: number): string => {
    const input = inputs === null ? undefined : inputs[index];
    if (definition.jobName !== undefined) return String(definition.jobName(input as Input, index));
    if (typeof input === 'string') return input;
    if (typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string') {
      return input.name;
    }
    return name;
  };
  return brandWorkload({
    name,
    itemCount,
    origin: null,
    itemName,
    itemInput: (index: number) => {
      const input = inputs?.[index];
      return input === undefined || input === itemName(index) ? null : inspect(input, INPUT_SHOWN);
    },
    open: async (context: ThreadContext) => {
      try {
        await definition.setup?.({ thread: context.thread, slots: context.slots });
      } catch (thrown) {
        throw new SetupError(thrown);
      }
      return new CustomExecutor(definition, inputs, itemName, context.thread);
    },
  });
}

/** What `setup` threw, and that it did: nothing else of its message or stack is changed. */
class SetupError extends ThreadmillError {
  constructor(thrown: unknown) {
    super('workload-threw', messageOf(thrown), {
      advice: '`setup` threw: every thread calls it before its first job.',
      cause: thrown,
    });
    this.stack = (thrown instanceof Error ? thrown.stack : undefined) ?? '';
  }
}

/** @throws TypeError that says what to do, where what a job returned has no form that can be compared. */
function comparableDigest(result: unknown): number {
  try {
    return digestOf(result);
  } catch (thrown) {
    const why = messageOf(thrown).split('\n', 1)[0];
    throw new TypeError(`its result can't be compared (${why}): return something else, or give a \`digest\``);
  }
}

class CustomExecutor<Input, Result> implements JobExecutor {
  readonly #definition: WorkloadDefinition<Input, Result>;
  readonly #inputs: readonly Input[] | null;
  readonly #itemName: (index: number) => string;
  readonly #thread: number;

  constructor(
    definition: WorkloadDefinition<Input, Result>,
    inputs: readonly Input[] | null,
    itemName: (index: number) => string,
    thread: number,
  ) {
    this.#definition = definition;
    this.#inputs = inputs;
    this.#itemName = itemName;
    this.#thread = thread;
  }

  async run(item: number, position: number, slot: JobSlot): Promise<JobResult> {
    const job: Job<Input> = {
      position,
      index: item,
      name: this.#itemName(item),
      input: this.#inputs === null ? (item as Input) : this.#inputs[item]!,
    };
    const context: JobContext = {
      // A getter: most jobs never look at it, and an AbortController for each would be paid by all.
      get signal() {
        return slot.signal;
      },
      thread: this.#thread,
    };
    const result = await this.#definition.run(job, context);
    const digest = comparableDigest(
      this.#definition.digest === undefined ? result : this.#definition.digest(result),
    );
    return { outcome: OUTCOME_CODE.ok, status: 0, bytes: 0, digest, message: null };
  }

  missingConnections(): number {
    return 0;
  }

  /** They belong to the workload's own client. */
  disconnect(): void {}

  async close(): Promise<void> {
    await this.#definition.teardown?.();
  }
}
