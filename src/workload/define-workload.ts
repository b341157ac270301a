import { inspect } from 'node:util';
import { messageOf, ThreadmillError } from '../core/errors.ts';
import { OUTCOME_CODE } from '../core/outcomes.ts';
import { digestOf } from './digest.ts';
import type { UserCodeTimer } from './job-trace.ts';
import {
  brandWorkload,
  type Computed,
  type ComputeExecutor,
  checkFunctions,
  checkSpelling,
  type Job,
  type JobContext,
  type JobExecutor,
  type JobResult,
  MAX_ITEMS,
  type Offload,
  type Payload,
  type SentInput,
  type Slot,
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

/** A workload whose jobs have a CPU part of its own, which the variant `offload` runs in a worker thread. */
export interface ComputeWorkloadDefinition<Input, Made, Result>
  extends Omit<WorkloadDefinition<Input, Result>, 'run'> {
  /** The part that waits. What it returns goes to `compute`: bytes of their own ArrayBuffer by transfer. */
  run(job: Job<Input>, context: JobContext): Made | Promise<Made>;
  /** The CPU part, from what `run` returned. Its result is the job's. */
  compute(made: Made, job: Job<Input>): Result | Promise<Result>;
}

type AnyDefinition<Input> = Omit<WorkloadDefinition<Input, unknown>, 'digest'> & {
  digest?(result: unknown): unknown;
  compute?(made: unknown, job: Job<Input>): unknown;
};

/** An input on one line, however large it is. */
const INPUT_SHOWN = {
  depth: 3,
  maxArrayLength: 10,
  maxStringLength: 200,
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
} as const;

const FIELDS = ['name', 'jobs', 'run', 'compute', 'jobName', 'digest', 'setup', 'teardown'];

/** Any asynchronous work as a workload. Throws WorkloadError if the definition can't be run. */
export function defineWorkload<Input = number, Made = unknown, Result = unknown>(
  definition: ComputeWorkloadDefinition<Input, Made, Result>,
): Workload;
export function defineWorkload<Input = number, Result = unknown>(
  definition: WorkloadDefinition<Input, Result>,
): Workload;
export function defineWorkload<Input>(definition: AnyDefinition<Input>): Workload {
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
  checkFunctions('defineWorkload', definition, ['compute', 'jobName', 'digest', 'setup', 'teardown']);
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
    certificates: 'node',
    client: null,
    attempts: null,
    itemName,
    itemInput: (index: number) => {
      const input = inputs?.[index];
      return input === undefined || input === itemName(index) ? null : inspect(input, INPUT_SHOWN);
    },
    inputs,
    open: async (context: ThreadContext) => {
      await setUp(definition, context);
      return new CustomExecutor(definition, inputs, itemName, context);
    },
    openCompute:
      definition.compute === undefined
        ? null
        : async (context) => {
            await setUp(definition, context);
            return new CustomCompute(definition, inputs, itemName);
          },
  });
}

async function setUp(
  definition: Pick<AnyDefinition<never>, 'setup'>,
  { thread, slots }: Pick<ThreadContext, 'thread' | 'slots'>,
): Promise<void> {
  try {
    await definition.setup?.({ thread, slots });
  } catch (thrown) {
    throw new SetupError(thrown);
  }
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

/** What is compared of a result: all of it, or what the workload's `digest` says. */
function digestOfResult(definition: Pick<AnyDefinition<never>, 'digest'>, result: unknown): number {
  return comparableDigest(definition.digest === undefined ? result : definition.digest(result));
}

class CustomExecutor<Input> implements JobExecutor {
  readonly #definition: AnyDefinition<Input>;
  readonly #inputs: readonly Input[] | null;
  readonly #itemName: (index: number) => string;
  readonly #thread: number;
  readonly #offload: Offload | null;

  constructor(
    definition: AnyDefinition<Input>,
    inputs: readonly Input[] | null,
    itemName: (index: number) => string,
    { thread, offload }: Pick<ThreadContext, 'thread' | 'offload'>,
  ) {
    this.#definition = definition;
    this.#inputs = inputs;
    this.#itemName = itemName;
    this.#thread = thread;
    this.#offload = offload;
  }

  async run(item: number, position: number, slot: Slot): Promise<JobResult> {
    const definition = this.#definition;
    const job = jobOf(item, position, this.#itemName, slot.sent === null ? this.#inputs : slot.sent);
    const context: JobContext = {
      // A getter: most jobs never look at it, and an AbortController for each would be paid by all.
      get signal() {
        return slot.signal;
      },
      thread: this.#thread,
    };
    const made = await definition.run(job, context);
    if (definition.compute === undefined) return okResult(digestOfResult(definition, made), made);
    if (this.#offload !== null) {
      const { digest, result } = await this.#offload(item, position, payloadOf(made), slot);
      return okResult(digest, result);
    }
    const result = await definition.compute(made, job);
    return okResult(digestOfResult(definition, result), result);
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

/** `compute` and `digest` of a workload, in a thread that calls nothing else. */
class CustomCompute<Input> implements ComputeExecutor {
  readonly #definition: AnyDefinition<Input>;
  readonly #inputs: readonly Input[] | null;
  readonly #itemName: (index: number) => string;
  readonly #timer: UserCodeTimer | null;

  constructor(
    definition: AnyDefinition<Input>,
    inputs: readonly Input[] | null,
    itemName: (index: number) => string,
    timer: UserCodeTimer | null = null,
  ) {
    this.#definition = definition;
    this.#inputs = inputs;
    this.#itemName = itemName;
    this.#timer = timer;
  }

  async compute(item: number, position: number, payload: Payload): Promise<Computed> {
    const job = jobOf(item, position, this.#itemName, this.#inputs);
    const made = madeOf(payload);
    const compute = () => this.#definition.compute!(made, job);
    const result = await (this.#timer === null ? compute() : this.#timer.processing(position, compute));
    return { digest: digestOfResult(this.#definition, result), result };
  }

  traced(timer: UserCodeTimer): ComputeExecutor {
    return new CustomCompute(this.#definition, this.#inputs, this.#itemName, timer);
  }

  async close(): Promise<void> {
    await this.#definition.teardown?.();
  }
}

function okResult(digest: number, value: unknown): JobResult {
  return { outcome: OUTCOME_CODE.ok, status: 0, bytes: 0, digest, message: null, value };
}

/** @param inputs of all items, or the one that came with the job; null: an item's input is its index */
function jobOf<Input>(
  item: number,
  position: number,
  itemName: (index: number) => string,
  inputs: readonly Input[] | SentInput | null,
): Job<Input> {
  const input = inputs === null ? item : 'input' in inputs ? inputs.input : inputs[item];
  return { position, index: item, name: itemName(item), input: input as Input };
}

/** Bytes by themselves may be transferred; `rest` then says whether they were a Buffer, which arrives as a Uint8Array. */
function payloadOf(made: unknown): Payload {
  return made instanceof Uint8Array || made instanceof ArrayBuffer
    ? { rest: Buffer.isBuffer(made), body: made }
    : { rest: made, body: null };
}

function madeOf({ rest, body }: Payload): unknown {
  if (body === null) return rest;
  return rest === true && body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : body;
}
