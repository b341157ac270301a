/**
 * Starts and stops the recorder 1,000 times in a process with four workers that allocate, and attaches to another 50
 * times: nothing may crash, and afterwards no port is open.
 *
 *     make record-soak ARGS="--cycles 1000 --attach 50 --node /path/to/node"
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listeners } from '../../src/orchestrator/record/target-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '1000' },
    attach: { type: 'string', default: '50' },
    node: { type: 'string', default: process.execPath },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'threadmill-record-soak-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const preload = join(ROOT, 'dist/src/engine/recorder/preload.cjs');
const soak = join(ROOT, 'test/fixtures/record/soak.cjs');
const { status, signal, stdout } = spawnSync(
  values.node,
  [soak, preload, join(scratch, 'raw'), values.cycles],
  {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
console.log(`start and stop: ${stdout.trim()}`);
assert.deepEqual([status, signal], [0, null]);

const program = spawn(values.node, [join(ROOT, 'test/fixtures/record/attached.cjs')], {
  stdio: ['pipe', 'pipe', 'ignore'],
});
await once(program.stdout, 'data');
for (let time = 0; time < Number(values.attach); time++) {
  const cli = join(ROOT, 'dist/src/cli/main.js');
  const argv = [
    cli,
    'record',
    '--pid',
    String(program.pid),
    '--duration',
    '1s',
    '--out',
    join(scratch, 'out'),
  ];
  const run = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  assert.equal(program.exitCode ?? program.signalCode, null);
  assert.deepEqual(listeners(program.pid!), []);
  rmSync(join(scratch, 'out'), { recursive: true });
}
const threads = readdirSync(`/proc/${program.pid}/task`).length;
console.log(`attach: ${values.attach} times, ${threads} threads at the end`);
program.stdin.end();
const [code] = (await once(program, 'exit')) as [number | null];
assert.equal(code, 7);
