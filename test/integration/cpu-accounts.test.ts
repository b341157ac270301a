import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { readCpuAllowance } from '../../src/engine/measurement/cpu-allowance.ts';
import { assertNames } from '../support/assert-names.ts';
import { type CliOptions, completed } from '../support/cli.ts';
import { controlGroup } from '../support/control-group.ts';

const skip = process.platform !== 'linux' && 'only Linux tells';

const bench = (t: TestContext, argv: string, options: CliOptions) =>
  completed(t, `bench --quiet --details ${argv}`, options);

test('bound to one CPU: it is recorded, one worker is the default, and no crossover is claimed', {
  skip,
}, async (t) => {
  if (spawnSync('taskset', ['--version']).error) return t.skip('taskset is not installed');
  const [cpu] = readCpuAllowance().ids!;
  const variants = 'sequential,event-loop,worker-pool';
  const load = '--jobs 8 --concurrency 4 --latency 20 --jitter 0 --rounds 2';
  const { record } = await bench(t, `--variants ${variants} ${load}`, {
    through: ['taskset', '-c', String(cpu)],
  });
  const { cpuAffinity, availableCpus } = record.environment;
  assert.deepEqual([cpuAffinity, availableCpus], [{ cpus: 1, list: String(cpu) }, 1]);
  assert.equal(record.spec.workers, 1);
  assert.equal(record.variants[2]?.threads, 1);
  assert.equal(record.crossover?.withheld, 'one-cpu');
  assert.equal(record.verdict?.crossover?.atMs ?? null, null);
});

test('in a control group: its limit is recorded, and throttling in a timed trial is a warning', {
  skip,
}, async (t) => {
  const group = controlGroup(t, 1.5);
  if (group === null) return t.skip('no control group can be made here');
  // The limit goes down within a job, so that the job runs into it however crowded the machine is.
  const workload = `import { writeFileSync } from 'node:fs';
import { defineWorkload } from 'threadmill';
export default defineWorkload({
  name: 'throttled',
  jobs: [{ name: 'job' }],
  run: async () => {
    const used = process.cpuUsage();
    const spent = () => { const { user, system } = process.cpuUsage(used); return (user + system) / 1_000; };
    writeFileSync(${JSON.stringify(group.limitFile)}, ${JSON.stringify(group.limit(0.02))});
    while (spent() < 12);
    writeFileSync(${JSON.stringify(group.limitFile)}, ${JSON.stringify(group.limit(1.5))});
    return 1;
  },
});
`;
  const argv = '--workload throttled.mjs --variants event-loop --no-trace --warmup 0 --rounds 1';
  const { run, record } = await bench(t, argv, {
    files: { 'throttled.mjs': workload },
    through: group.through,
  });
  const { cpuQuota, availableCpus } = record.environment;
  assert.deepEqual(cpuQuota, { cpus: 1.5, periodMs: 100 });
  assert.equal(availableCpus, Math.min(1.5, readCpuAllowance().ids!.length));
  assert.equal(record.spec.workers, 1);
  const [trial] = record.variants[0]!.trials;
  assert.ok(trial?.throttling && trial.throttling.periods > 0 && trial.throttling.ms > 0);
  const ms = Math.max(1, Math.round(trial.throttling.ms)).toLocaleString('en-US');
  const warning = record.warnings.find(({ code }) => code === 'cpu-throttled');
  assertNames(warning!.message, 'cgroup', '1.5 CPUs', `${ms} ms in 1 of 1 `);
  assertNames(run.summary, `1.5 CPUs`, `${ms} ms in 1 of 1 `);
});

test('CPU in libuv’s pool is told from that of JavaScript threads, in the record and in words', {
  skip,
}, async (t) => {
  const workload = `import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { defineWorkload } from 'threadmill';
const derive = promisify(pbkdf2);
export default defineWorkload({
  name: 'derive',
  jobs: Array.from({ length: 8 }, (_, index) => ({ name: \`job \${index}\`, index })),
  run: async ({ input: { index } }) => (await derive(String(index), 'salt', 60_000, 32, 'sha512')).toString('hex'),
});
`;
  const { run, record } = await bench(
    t,
    '--workload derive.mjs --variants event-loop,worker-pool --rounds 2',
    {
      files: { 'derive.mjs': workload },
      env: { UV_THREADPOOL_SIZE: '3' },
    },
  );
  for (const { name, trials, summary } of record.variants) {
    for (const { nativeThreads, cpuUserMs, cpuSystemMs } of trials) {
      const libuv = nativeThreads?.libuv;
      assert.equal(libuv?.threads, 3, name);
      assert.ok(libuv.cpuMs > 0.8 * (cpuUserMs! + cpuSystemMs!), `${name}: ${libuv.cpuMs} ms`);
      assert.ok(nativeThreads!.cpuMs >= libuv.cpuMs);
    }
    assert.ok(summary!.nativeThreads!.libuv!.cpuMs > 0.8 * summary!.cpuMs!);
  }
  assertNames(
    run.summary,
    /CPU \(\d[\d.]*%\) [^.]*libuv[^.]*\(3 threads\)/,
    'UV_THREADPOOL_SIZE',
    'CPU of other threads',
  );
});

test('a loop that never waits, one job after another: the bottleneck is CPU alone', { skip }, async (t) => {
  const workload = `import { defineWorkload } from 'threadmill';
export default defineWorkload({
  name: 'loop',
  jobs: Array.from({ length: 4 }, (_, index) => ({ name: \`job \${index}\`, index })),
  run: async ({ input: { index } }) => {
    let value = index;
    for (let step = 0; step < 4e6; step++) value = (value * 31 + step) % 1_000_003;
    return value;
  },
});
`;
  const { record } = await bench(t, '--workload loop.mjs --variants sequential --rounds 3', {
    files: { 'loop.mjs': workload },
  });
  const { kind, waitingShare } = record.variants[0]!.trace!.bottleneck!;
  assert.equal(kind, 'cpu');
  assert.ok(waitingShare < 0.1, `${waitingShare}`);
  assert.equal(record.verdict?.bottleneck?.kind, 'cpu');
  const { nativeThreads, cpuMs } = record.variants[0]!.summary!;
  assert.ok(nativeThreads!.libuv!.cpuMs < 0.1 * cpuMs!);
});
