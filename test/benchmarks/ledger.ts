/**
 * Whether the ledger of moved data is right. CPU to write: a value whose getter computes for a known time, which
 * structured clone calls. Bytes: messages of about a megabyte, beside what v8.serialize makes of them. Exit code 1 if
 * either is more than 5% off. CPU to write and read those messages stands beside the same messages sent to a worker
 * thread and back by hand, for information: that loop does nothing else, so its caches are warm and its memory is in
 * use already. `make ledger`, about a minute; wants an otherwise idle machine.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import { median } from '../../src/core/statistics/quantile.ts';
import { NS_PER_MS } from '../../src/core/units.ts';
import { openThreadCpuClock } from '../../src/engine/measurement/user-code.ts';
import { CLI } from '../support/compiled.ts';
import { KINDS, KNOWN_MS, ledgerValue } from './ledger-value.ts';

const WORKLOAD = fileURLToPath(new URL('ledger.workload.mjs', import.meta.url));
const NEAR = 0.05;
const REPEATS = 100;

const cpu = openThreadCpuClock();
if (cpu === null) throw new Error('this system does not tell the CPU time of a thread');
const out = mkdtempSync(join(tmpdir(), 'threadmill-ledger-'));
let missed = 0;
try {
  const known = await ledgerOf('known');
  for (const { hop, serialiseMs } of known.hops) {
    console.log(`known, ${hop}: ${compared('write ms', serialiseMs / known.jobs, KNOWN_MS, true, 'known')}`);
  }
  for (const kind of KINDS) {
    const { jobs, hops } = await ledgerOf(kind);
    const hands = await byHand(kind);
    for (const hop of hops) {
      const hand = hands[hop.hop as keyof typeof hands];
      console.log(
        `${kind}, ${hop.hop}: ${[
          compared('bytes', hop.copiedBytes / jobs, hand.bytes, true),
          compared('write ms', hop.serialiseMs / jobs, hand.writeMs, false),
          compared('read ms', hop.deserialiseMs / jobs, hand.readMs, false),
        ].join('; ')}`,
      );
    }
  }
} finally {
  cpu.close();
  rmSync(out, { recursive: true, force: true });
}
console.log(missed === 0 ? 'held' : `MISSED: ${missed}`);
process.exitCode = missed === 0 ? 0 : 1;

function compared(what: string, ledger: number, hand: number, judged: boolean, by = 'by hand'): string {
  const off = ledger / hand - 1;
  const isFar = judged && Math.abs(off) > NEAR;
  if (isFar) missed++;
  return `${what} ${Number(ledger.toPrecision(4))}, ${by} ${Number(hand.toPrecision(4))} (${(100 * off).toFixed(1)}%${isFar ? ' MISSED' : ''})`;
}

type Times = Record<'write' | 'read', number>;

/** The value goes to a worker thread and back, one message at a time; CPU of each thread around its own calls. */
async function byHand(kind: string) {
  const { port1, port2 } = new MessageChannel();
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('ledger-echo.mjs', import.meta.url), {
    workerData: { port: port2, turn, rounds: REPEATS },
    transferList: [port2],
  });
  await once(worker, 'message');
  const answered = once(worker, 'message');
  const value = ledgerValue(kind);
  let copy: unknown;
  const main = Array.from({ length: REPEATS }, (_, round): Times => {
    const before = cpu!.read();
    port1.postMessage(value);
    const written = cpu!.read();
    Atomics.store(turn, 0, 2 * round + 1);
    Atomics.notify(turn, 0);
    Atomics.wait(turn, 0, 2 * round + 1);
    const waited = cpu!.read();
    copy = receiveMessageOnPort(port1)?.message;
    return { write: written - before, read: cpu!.read() - waited };
  });
  port1.close();
  const [echoed] = (await answered) as [Times[]];
  const ms = (times: readonly Times[], part: 'write' | 'read') =>
    median(times.slice(REPEATS / 4).map((each) => each[part]))! / NS_PER_MS;
  const hop = (sent: unknown, from: readonly Times[], to: readonly Times[]) => ({
    bytes: serialize(sent).length,
    writeMs: ms(from, 'write'),
    readMs: ms(to, 'read'),
  });
  // V8 writes a copy otherwise than the value that it was made of: 692 kB in place of 621 kB for the object.
  return { 'main-to-worker': hop(value, main, echoed), 'worker-to-main': hop(copy, echoed, main) };
}

async function ledgerOf(kind: string) {
  const record = await bench(kind);
  const moved = record.variants.find(({ name }) => name === 'worker-pool')?.trace?.moved;
  if (!moved) throw new Error(`${kind}: the run has no ledger`);
  return { jobs: record.spec.jobs, hops: moved.hops };
}

function bench(kind: string): Promise<RunRecord> {
  const argv = [CLI, 'bench', '--json', '--quiet', '--out', out, '--workload', WORKLOAD, '--rounds', '3'];
  argv.push('--variants', 'worker-pool', '--transfer', 'clone', '--concurrency', '2');
  return new Promise((resolve, reject) => {
    const settings = { maxBuffer: 2 ** 28, env: { ...process.env, LEDGER_KIND: kind } };
    execFile(process.execPath, argv, settings, (_, stdout, stderr) => {
      const parsed = stdout === '' ? null : runRecordSchema.safeParse(JSON.parse(stdout));
      if (parsed?.success) resolve(parsed.data);
      else reject(new Error(`no record: ${stderr}${parsed?.error?.message ?? ''}`));
    });
  });
}
