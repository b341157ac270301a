/**
 * Everything that a server can do wrong against every variant, each fault in a run of its own, then every fault that the
 * embedded server injects over each protocol. Prints the tables that docs/reliability.md has, and what differs from them.
 * Exit code 1 if anything does, or if a job ended more than 200 ms (`--margin`) after its time limit, also when its fault is
 * run again alone. `make faults`, half an hour; `ARGS="--only <text>"` has the faults with this text in their names,
 * `ARGS=--injected` the injected ones alone, of `--jobs` jobs. `--part 1/4` runs a quarter of them; `--minutes 10` starts none
 * after that time: the exit code is then 1, and those not run are named.
 */
import type { TestContext } from 'node:test';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { FAULT_NAMES } from '../../src/core/faults.ts';
import {
  clientOf,
  retries,
  usualVariants,
  VARIANT_NAMES,
  type VariantName,
} from '../../src/core/variants.ts';
import { certificateOf, type Fault, GROUPS, type Transport } from './fault.ts';
import {
  EVERY_FAULT,
  endedBy,
  PROBLEM_KINDS,
  PROTOCOLS,
  type Problem,
  type Protocol,
  runInjected,
} from './injected.ts';
import { expectationOf, runFaults } from './run-faults.ts';
import { FAULTS } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    parallel: { type: 'string', default: '3' },
    injected: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '400' },
    many: { type: 'string', default: '30000' },
    margin: { type: 'string', default: '200' },
    part: { type: 'string', default: '1/1' },
    minutes: { type: 'string', default: '120' },
  },
});

if (values.injected && values.only !== '')
  throw new Error('--only has no effect on --injected: leave one out');

/** Of the injected faults every variant that needs no Redis; other clients than the default send HTTP/1.1 alone. */
const variantsOf = (protocol: Protocol): VariantName[] =>
  VARIANT_NAMES.filter(
    (name) =>
      !retries(name) && name !== 'distributed-queue' && (protocol !== 'HTTP/2' || clientOf(name) === null),
  );
const MANY_JOBS = Number(values.many);
const MARGIN_MS = Number(values.margin);

type Clear = Pick<TestContext, 'after'>;

/** Runs it, and clears up after it. */
async function clearedUp<T>(run: (t: Clear) => Promise<T>): Promise<T> {
  const clearUp: (() => unknown)[] = [];
  const after: TestContext['after'] = (step) => {
    clearUp.unshift(step as () => unknown);
  };
  try {
    return await run({ after });
  } finally {
    for (const step of clearUp) await step();
  }
}

const [part = 1, parts = 1] = values.part.split('/').map(Number);
const isTimeUp = (): boolean => performance.now() > 60_000 * Number(values.minutes);
const notRun: string[] = [];

const chosen = values.injected
  ? []
  : FAULTS.filter(({ name }) => name.includes(values.only)).filter((_, at) => at % parts === part - 1);
const transportsOf = (fault: Fault): readonly Transport[] =>
  certificateOf(fault, 'tcp') === certificateOf(fault, 'tls') ? ['tcp'] : ['tcp', 'tls'];
const waiting = chosen.flatMap((fault) => transportsOf(fault).map((transport) => ({ fault, transport })));
const problems: Problem[] = [];
let runs = 0;
const late: typeof waiting = [];

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { fault, transport } = next;
    if (isTimeUp()) {
      notRun.push(`${fault.name}, ${transport}`);
      continue;
    }
    runs++;
    const { problems: found, lateMs } = await outcomeOf(next);
    if (found.length === 0 && lateMs > MARGIN_MS) late.push(next);
    problems.push(...found.map(({ kind, text }) => ({ kind, text: `${transport}: ${text}` })));
    process.stderr.write(`${found.length === 0 ? 'ok' : 'NOT ok'} ${fault.name}, ${transport}\n`);
  }
}
await Promise.all(Array.from({ length: Number(values.parallel) }, work));
// Beside other runs a job may have been late because of those.
for (const next of late) {
  const { lateMs } = await outcomeOf(next);
  if (lateMs > MARGIN_MS) {
    problems.push({ kind: 'late', text: `${next.transport}: ${next.fault.name}: ${lateText(lateMs)}` });
  }
}

function outcomeOf({ fault, transport }: (typeof waiting)[number]) {
  return clearedUp((t) => runFaults(t, [fault], transport)).catch((thrown: unknown) => ({
    problems: [{ kind: 'run' as const, text: `${fault.name}: ${messageOf(thrown)}` }],
    lateMs: 0,
  }));
}

function lateText(ms: number): string {
  return `a job ended ${ms.toFixed(0)} ms after its time limit`;
}

const quoted = (text: string) =>
  text.replace(/[a-z]+(-[a-z]+)?/g, (word) => (word === 'and' || word === 'or' ? word : `\`${word}\``));

if (chosen.length > 0) {
  console.log('| Kind | Fault | The server | Over | Jobs end as |\n| --- | --- | --- | --- | --- |');
  for (const group of GROUPS) {
    for (const fault of chosen.filter((each) => each.group === group)) {
      const over = transportsOf(fault).length === 1 ? '' : 'TCP and TLS';
      const ended = quoted(expectationOf(fault));
      console.log(`| ${group} | \`${fault.name}\` | ${fault.does} | ${over} | ${ended} |`);
    }
  }
}

const isLast = values.only === '' && part === parts;
if (isLast && isTimeUp()) notRun.push('the injected faults');
else if (isLast) {
  const columns = Object.keys(PROTOCOLS) as Protocol[];
  const injected = [];
  for (const protocol of columns) {
    const jobs = Number(values.jobs);
    const options = { protocol, faults: EVERY_FAULT, jobs, variants: variantsOf(protocol) };
    const run = await clearedUp((t) => runInjected(t, options));
    injected.push(run);
    if (run.lateMs > MARGIN_MS) {
      problems.push({ kind: 'late', text: `${protocol}: ${lateText(run.lateMs)}` });
    }
    process.stderr.write(`${protocol}: done\n`);
  }
  const many = await clearedUp((t) =>
    runInjected(t, {
      protocol: 'HTTP/1.1',
      faults: 'reset:1%',
      jobs: MANY_JOBS,
      variants: usualVariants(false),
    }),
  );
  runs += columns.length + 1;
  problems.push(...[...injected, many].flatMap((run) => run.problems));
  console.log(`\n| Injected fault | ${columns.join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}`);
  for (const fault of FAULT_NAMES) {
    const cells = injected.map(({ record }) => endedBy(record, fault).map(quoted).join(' or ') || '–');
    console.log(`| \`${fault}\` | ${cells.join(' | ')} |`);
  }
  const resets = many.record.reconciled?.injected
    .map(({ variant, count }) => `${variant} ${count}`)
    .join(', ');
  console.log(
    `\n${MANY_JOBS} jobs with 1% resets, injected: ${resets}; defects: ${many.record.reconciled?.defects}`,
  );
}
console.log(`\n| Of ${runs} runs | |\n| --- | --- |`);
for (const [kind, text] of Object.entries(PROBLEM_KINDS)) {
  console.log(`| ${text} | ${problems.filter((problem) => problem.kind === kind).length} |`);
}
if (notRun.length > 0) console.log(`\nNot run, as the time was up: ${notRun.join('; ')}`);
console.log(
  problems.length === 0
    ? `\nAll${notRun.length > 0 ? ' that ran' : ''} as expected.`
    : `\nNOT as expected:\n${problems.map(({ text }) => text).join('\n')}`,
);
if (problems.length > 0 || notRun.length > 0) process.exitCode = 1;
