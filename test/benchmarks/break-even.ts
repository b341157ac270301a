/**
 * Whether offloading pays from where a sweep predicts: for three payloads it takes the prediction from points with
 * little CPU, then measures at half, once and twice as much. Exit code 1 if a point outside the predicted range has
 * another winner. `make break-even`, about five minutes; wants an otherwise idle machine with at least two CPUs.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pairOf } from '../../src/analysis/verdict/pairs.ts';
import { type SweepRecord, sweepRecordSchema } from '../../src/core/documents/sweep-record.ts';
import { CLI } from '../support/compiled.ts';

const { values } = parseArgs({
  options: {
    payloads: { type: 'string', default: '10kb,100kb,1mb' },
    rounds: { type: 'string', default: '12' },
  },
});

const WORKLOAD = fileURLToPath(new URL('break-even.workload.mjs', import.meta.url));
const FACTORS = [0.5, 1, 2];
/** Of the sweep that gives the prediction; it takes it from the first. */
const LITTLE_CPU_MS = [0, 0.1];

const out = mkdtempSync(join(tmpdir(), 'threadmill-break-even-'));
let missed = 0;
try {
  for (const payload of values.payloads.split(',')) {
    const row = (await sweep(payload, LITTLE_CPU_MS)).analysis?.breakEven?.rows[0];
    const { lowMs = null, estimateMs = null, highMs = null } = row ?? {};
    if (!estimateMs || lowMs === null) {
      console.log(
        `${payload}: no break-even predicted (${estimateMs === 0 ? 'offload is ahead at once' : 'never'})`,
      );
      continue;
    }
    console.log(
      `${payload}: predicted ${ms(estimateMs)} of CPU per job (${ms(lowMs)} to ${highMs === null ? 'never' : ms(highMs)})`,
    );
    const measured = await sweep(
      payload,
      FACTORS.map((factor) => Number((factor * estimateMs).toPrecision(3))),
    );
    for (const { at, result } of measured.points.toSorted((a, b) => a.at[0]! - b.at[0]!)) {
      const cpuMs = at[0]!;
      const predicted =
        cpuMs < lowMs ? 'event-loop' : highMs !== null && cpuMs > highMs ? 'offload' : 'either';
      const pair = result === null ? null : pairOf(result, 'offload', 'event-loop');
      const winner = {
        faster: 'offload',
        slower: 'event-loop',
        'no-difference': 'neither',
        inconclusive: 'inconclusive',
      }[pair?.verdict ?? 'inconclusive'];
      const held = predicted === 'either' || winner === 'inconclusive' ? null : winner === predicted;
      if (held === false) missed++;
      const factor =
        pair?.factor == null
          ? ''
          : `, offload ${pair.factor.estimate.toFixed(3)} times as fast (${pair.factor.low.toFixed(3)}–${pair.factor.high.toFixed(3)})`;
      console.log(
        `  ${ms(cpuMs)}: predicted ${predicted}, measured ${winner}${factor}: ${held === null ? 'open' : held ? 'held' : 'MISSED'}`,
      );
    }
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
console.log(missed === 0 ? 'held' : `MISSED: ${missed}`);
process.exitCode = missed === 0 ? 0 : 1;

function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}

/** Bodies are cloned, so that a larger one costs more to move. */
function sweep(payload: string, cpuMs: readonly number[]): Promise<SweepRecord> {
  const argv = [CLI, 'sweep', '--json', '--quiet', '--fresh', '--out', out, '--workload', WORKLOAD];
  argv.push('--variants', 'event-loop,offload', '--transfer', 'clone', '--concurrency', '16');
  argv.push(
    '--payload',
    payload,
    '--cpu',
    cpuMs.join(','),
    '--jobs',
    payload.endsWith('mb') ? '100' : '400',
    '--rounds',
    values.rounds,
  );
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { maxBuffer: 2 ** 28 }, (_, stdout, stderr) => {
      const parsed = stdout === '' ? null : sweepRecordSchema.safeParse(JSON.parse(stdout));
      if (parsed?.success) resolve(parsed.data);
      else reject(new Error(`no record: ${stderr}${parsed?.error?.message ?? ''}`));
    });
  });
}
