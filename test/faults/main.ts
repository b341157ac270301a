/**
 * Every fault of the table against every variant, each in a run of its own: prints the table that docs/reliability.md
 * has, and what differs from it. Exit code 1 if anything does. `make faults`, about ten minutes; `ARGS=--tls` has the
 * faults of HTTP over TLS, `ARGS="--only <text>"` those with this text in their names.
 */
import type { TestContext } from 'node:test';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { type Fault, GROUPS } from './fault.ts';
import { expectationOf, runFaults } from './run-faults.ts';
import { FAULTS } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    parallel: { type: 'string', default: '3' },
    tls: { type: 'boolean', default: false },
  },
});

const chosen = FAULTS.filter(({ name }) => name.includes(values.only));

/** Runs the fault, and clears up after it. */
async function problemsWith(fault: Fault): Promise<readonly string[]> {
  const clearUp: (() => unknown)[] = [];
  const after: TestContext['after'] = (step) => {
    clearUp.unshift(step as () => unknown);
  };
  try {
    return (await runFaults({ after }, [fault], values.tls ? 'tls' : 'tcp')).problems;
  } catch (thrown) {
    return [`${fault.name}: ${messageOf(thrown)}`];
  } finally {
    for (const step of clearUp) await step();
  }
}

const found = new Map<Fault, readonly string[]>();
const waiting = [...chosen];
async function work(): Promise<void> {
  for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
    const problems = await problemsWith(fault);
    found.set(fault, problems);
    process.stderr.write(`${problems.length === 0 ? 'ok' : 'NOT ok'} ${fault.name}\n`);
  }
}
await Promise.all(Array.from({ length: Number(values.parallel) }, work));

const problems = chosen.flatMap((fault) => found.get(fault)!);
console.log(
  `${chosen.length} faults × 4 variants, ${problems.length === 0 ? 'all as expected' : 'NOT all as expected'}\n`,
);
console.log('| Kind | Fault | The server | Jobs end as |\n| --- | --- | --- | --- |');
for (const group of GROUPS) {
  for (const fault of chosen.filter((each) => each.group === group)) {
    const outcomes = expectationOf(fault).replace(/[a-z]+(-[a-z]+)?/g, (word) =>
      word === 'and' || word === 'or' ? word : `\`${word}\``,
    );
    console.log(`| ${group} | \`${fault.name}\` | ${fault.does} | ${outcomes} |`);
  }
}
if (problems.length > 0) {
  console.log(`\n${problems.join('\n')}`);
  process.exitCode = 1;
}
