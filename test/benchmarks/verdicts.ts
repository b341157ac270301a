/**
 * The seven verdicts, each from a run on the embedded server: what is concluded, what the bottleneck is, and the
 * sentence that a person reads first. Exit code 1 if one is not what it should be. `make verdicts`, about four
 * minutes; wants an otherwise idle machine with at least two CPUs.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import type { Verdict } from '../../src/core/documents/verdict.ts';
import { TOPIC_LABELS } from '../../src/core/labels.ts';
import { CLI } from '../support/compiled.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, lines: { type: 'boolean' } } });

const file = (name: string) => fileURLToPath(new URL(`verdicts/${name}`, import.meta.url));
/** Longest burst of the programs that disturb, ms: about as long as a trial, so that trials differ. */
const BURST_MS = 400;

interface Case {
  readonly name: string;
  readonly options: readonly string[];
  /** Programs that burn CPU meanwhile. */
  readonly burners?: number;
  readonly expected: Partial<Record<'outcome' | 'why' | 'bottleneck' | 'recommended', RegExp>>;
  readonly exitCode: number;
}

/** Enough for a claim over six pairs, whatever the machine does meanwhile. */
const ROUNDS = ['--rounds', '10'];

const CASES: readonly Case[] = [
  {
    name: 'waiting-bound',
    options: ROUNDS,
    expected: { outcome: /^decided$/, bottleneck: /^waiting$/, recommended: /^event-loop$/ },
    exitCode: 0,
  },
  {
    name: 'CPU-bound',
    options: [...ROUNDS, '--cpu', '20', '--latency', '1', '--jobs', '32'],
    expected: { outcome: /^decided$/, bottleneck: /^cpu$/, recommended: /^worker-pool/ },
    exitCode: 0,
  },
  {
    name: 'server-bound',
    options: [...ROUNDS, '--workload', file('busy-server.workload.mjs')],
    expected: { outcome: /^decided$/, bottleneck: /^server$/ },
    exitCode: 0,
  },
  {
    name: 'mixed',
    options: [...ROUNDS, '--cpu', '5'],
    expected: { outcome: /^decided$/, bottleneck: /^mixed$/ },
    exitCode: 0,
  },
  {
    name: 'noisy',
    options: ['--variants', 'event-loop,worker-pool', '--cpu', '4', '--max-time', '6s'],
    burners: availableParallelism(),
    expected: { outcome: /^inconclusive$/ },
    exitCode: 0,
  },
  {
    name: 'failing',
    options: ['--workload', file('failing.workload.mjs'), '--rounds', '2'],
    expected: { why: /^jobs-failed$/ },
    exitCode: 2,
  },
  {
    name: 'A/A failed',
    options: [...ROUNDS, '--workload', file('first-come.workload.mjs'), '--aa'],
    expected: { why: /^aa-failed$/ },
    exitCode: 5,
  },
];

const out = mkdtempSync(join(tmpdir(), 'threadmill-verdicts-'));
let wrong = 0;
try {
  for (const each of CASES) {
    if (values.only !== undefined && !each.name.includes(values.only)) continue;
    const burners = await startBurners(each.burners ?? 0);
    try {
      judge(each, ...(await bench(each.options)));
    } finally {
      await Promise.all(burners.map(stop));
    }
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exitCode = wrong === 0 ? 0 : 1;

function judge({ name, expected, exitCode }: Case, record: RunRecord, code: number): void {
  const verdict = record.verdict!;
  const { outcome, why, recommended } = verdict;
  const found = { outcome, why, recommended, bottleneck: verdict.bottleneck?.kind ?? 'unknown' };
  const faults = (Object.keys(found) as (keyof typeof found)[]).filter(
    (key) => !(expected[key] ?? /^/).test(String(found[key])),
  );
  if (code !== exitCode) faults.push(`exit code ${code}` as (typeof faults)[number]);
  if (faults.length > 0) wrong++;
  const result = faults.length === 0 ? 'as it should be' : `WRONG: ${faults.join(', ')}`;
  console.log(
    `${name.padEnd(14)} ${outcome}, bottleneck: ${found.bottleneck}, use ${recommended ?? 'nothing'}; ${result}`,
  );
  show(verdict);
}

function show({ headline, lines }: Verdict): void {
  console.log(`               ${headline}`);
  if (values.lines !== true) return;
  for (const line of lines) console.log(`               ${TOPIC_LABELS[line.topic]}: ${line.text}`);
}

/** One run; its record, and the exit code. */
async function bench(options: readonly string[]): Promise<[RunRecord, number]> {
  const argv = [CLI, 'bench', '--json', '--quiet', '--out', out, ...options];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const parsed = stdout === '' ? null : runRecordSchema.safeParse(JSON.parse(stdout));
      if (parsed?.success) resolve([parsed.data, typeof error?.code === 'number' ? error.code : 0]);
      else reject(new Error(`no record: ${stderr}${parsed?.error?.message ?? ''}`));
    });
  });
}

async function startBurners(count: number): Promise<ChildProcess[]> {
  const burners = Array.from({ length: count }, () => fork(file('burn.mjs'), [String(BURST_MS)]));
  await Promise.all(burners.map((burner) => once(burner, 'spawn')));
  return burners;
}

async function stop(burner: ChildProcess): Promise<void> {
  burner.disconnect();
  await once(burner, 'exit');
}
