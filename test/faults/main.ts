/**
 * Everything that a server can do wrong against every variant, each fault in a run of its own, then every fault that the
 * embedded server injects over each protocol. Prints the tables that docs/reliability.md has, and what differs from them.
 * Exit code 1 if anything does. `make faults`, half an hour; `ARGS="--only <text>"` has the faults with this text in their
 * names, `ARGS=--injected` the injected ones alone.
 */
import type { TestContext } from 'node:test';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { FAULT_NAMES } from '../../src/core/faults.ts';
import { usualVariants } from '../../src/core/variants.ts';
import { certificateOf, type Fault, GROUPS, type Transport } from './fault.ts';
import { EVERY_FAULT, endedBy, PROTOCOLS, type Protocol, runInjected } from './injected.ts';
import { expectationOf, runFaults } from './run-faults.ts';
import { FAULTS } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    parallel: { type: 'string', default: '3' },
    injected: { type: 'boolean', default: false },
  },
});

const VARIANTS = usualVariants(false);
const MANY_JOBS = 30_000;

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

const chosen = values.injected ? [] : FAULTS.filter(({ name }) => name.includes(values.only));
const transportsOf = (fault: Fault): readonly Transport[] =>
  certificateOf(fault, 'tcp') === certificateOf(fault, 'tls') ? ['tcp'] : ['tcp', 'tls'];
const waiting = chosen.flatMap((fault) => transportsOf(fault).map((transport) => ({ fault, transport })));
const problems: string[] = [];

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { fault, transport } = next;
    const found = await clearedUp((t) => runFaults(t, [fault], transport)).then(
      (run) => run.problems,
      (thrown) => [`${fault.name}: ${messageOf(thrown)}`],
    );
    problems.push(...found.map((problem) => `${transport}: ${problem}`));
    process.stderr.write(`${found.length === 0 ? 'ok' : 'NOT ok'} ${fault.name}, ${transport}\n`);
  }
}
await Promise.all(Array.from({ length: Number(values.parallel) }, work));

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

if (values.only === '') {
  const columns = Object.keys(PROTOCOLS) as Protocol[];
  const runs = [];
  for (const protocol of columns) {
    const options = { protocol, faults: EVERY_FAULT, jobs: 400, variants: VARIANTS };
    runs.push(await clearedUp((t) => runInjected(t, options)));
    process.stderr.write(`${protocol}: done\n`);
  }
  const many = await clearedUp((t) =>
    runInjected(t, { protocol: 'HTTP/1.1', faults: 'reset:1%', jobs: MANY_JOBS, variants: VARIANTS }),
  );
  problems.push(...[...runs, many].flatMap((run) => run.problems));
  console.log(`\n| Injected fault | ${columns.join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}`);
  for (const fault of FAULT_NAMES) {
    const cells = runs.map(({ record }) => endedBy(record, fault).map(quoted).join(' or ') || '–');
    console.log(`| \`${fault}\` | ${cells.join(' | ')} |`);
  }
  const resets = many.record.reconciled?.injected
    .map(({ variant, count }) => `${variant} ${count}`)
    .join(', ');
  console.log(
    `\n${MANY_JOBS} jobs with 1% resets, injected: ${resets}; defects: ${many.record.reconciled?.defects}`,
  );
}
console.log(problems.length === 0 ? '\nAll as expected.' : `\nNOT as expected:\n${problems.join('\n')}`);
if (problems.length > 0) process.exitCode = 1;
