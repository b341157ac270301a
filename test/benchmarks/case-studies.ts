/**
 * Runs every workload of docs/case-studies.md, prints what each run concluded, and writes the figures into the page's
 * table, unless --print is given. `make case-studies`, about nine minutes; wants an otherwise idle machine.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { figureOf, METRICS } from '../../src/analysis/metrics.ts';
import { pairOf } from '../../src/analysis/verdict/pairs.ts';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import { formatFactor, formatFactorRange, formatMs } from '../../src/core/format.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    print: { type: 'boolean', default: false },
    'max-time': { type: 'string', default: '25s' },
  },
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(ROOT, 'docs/case-studies.md');
const VARIANTS = 'event-loop,offload,worker-pool';
const WITHOUT_CPU_PART = 'event-loop,worker-pool,worker-pool-batched';
/** Handing each job over is the point of this case. */
const ONE_BY_ONE = 'event-loop,worker-pool';
/** By the name of the case in the page's table: the command, as the page has it. */
const CASES: Readonly<Record<string, string>> = {
  'JSON 1 MB, aggregate returned': 'examples/json-offload.ts --payload 1mb',
  'JSON 1 MB, document returned': 'JSON_OFFLOAD=parsed examples/json-offload.ts --payload 1mb',
  gzip: 'examples/no-http.ts',
  brotli: 'CODEC=brotli examples/no-http.ts',
  'scrypt, async': 'examples/scrypt.ts',
  'scrypt, sync': 'SCRYPT=sync examples/scrypt.ts',
  'image blur, transferred': 'examples/image-blur.ts --transfer transfer',
  'CSV, sums returned': 'examples/csv.ts',
  'CSV, rows returned': 'CSV=rows examples/csv.ts',
  'rendering HTML': 'examples/render-html.ts --payload 50kb',
  SQLite: 'examples/sqlite.ts',
  'tiny jobs': 'examples/tiny-jobs.ts',
  'four APIs, nothing returned': 'examples/four-apis.ts --results digest',
  'four APIs': 'examples/four-apis.ts',
  'cpu-heavy, nothing returned': 'examples/cpu-heavy.ts --results digest',
  'cpu-heavy': 'examples/cpu-heavy.ts',
};

const HEAD = `| Case | Recommended | Best with threads against event-loop | Main-thread CPU per job, worst stall: event-loop → that variant |
| --- | --- | --- | --- |`;

const out = mkdtempSync(join(tmpdir(), 'threadmill-case-studies-'));
const rows: string[] = [];
try {
  for (const [name, command] of Object.entries(CASES)) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    const found = await bench(command);
    console.log(`${name}: ${typeof found === 'string' ? found : (found.verdict?.headline ?? '')}`);
    if (typeof found !== 'string') {
      for (const { topic, text } of found.verdict?.lines ?? []) {
        if (topic === 'main' || topic === 'moved') console.log(`  ${text}`);
      }
    }
    rows.push(`| ${name} | ${typeof found === 'string' ? `${found} | – | –` : figures(found)} |`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
const table = rows.join('\n');
console.log(table);
if (!values.print && values.only === undefined) {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(
      /(<!-- figures -->\n)[\s\S]*?(\n<!-- \/figures -->)/,
      (_, from, to) => `${from}${HEAD}\n${table}${to}`,
    ),
  );
}

function figures(record: RunRecord): string {
  const { verdict } = record;
  const pairs = record.variants.flatMap(({ name }) => pairOf(record, name, 'event-loop') ?? []);
  // None of a run that failed: node:sqlite is missing before Node 22.13.
  if (pairs.length === 0) return `${verdict?.headline ?? 'failed'} | – | –`;
  const best = pairs.reduce((one, other) =>
    (other.factor?.estimate ?? 0) > (one.factor?.estimate ?? 0) ? other : one,
  );
  const [loop, threads] = ['event-loop', best.one].map((name) => {
    const variant = record.variants.find((each) => each.name === name)!;
    return `${formatMs(figureOf(METRICS['main-cpu'], variant))}, ${formatMs(figureOf(METRICS.stall, variant))}`;
  });
  const recommended = verdict?.recommended ?? `none (${verdict?.why})`;
  const range = formatFactorRange(best.factor?.low, best.factor?.high);
  const word =
    best.verdict === 'no-difference'
      ? ', no difference'
      : best.verdict === 'inconclusive'
        ? ', inconclusive'
        : '';
  return `${recommended} | ${best.one} ${formatFactor(best.factor?.estimate)} (${range}${word}) | ${loop} → ${threads}`;
}

/** The record, or why there is none. */
function bench(command: string): Promise<RunRecord | string> {
  const words = command.split(' ');
  const env = words.filter((word) => word.includes('=')).map((word) => word.split('='));
  const [file = '', ...options] = words.filter((word) => !word.includes('='));
  const hasCpuPart = !/no-http|sqlite|tiny-jobs/.test(file) && !command.includes('--results digest');
  const argv = [join(ROOT, 'dist/src/cli/main.js'), 'bench', '--json', '--quiet', '--out', out];
  argv.push('--workload', join(ROOT, file), ...options, '--max-time', values['max-time']);
  argv.push('--variants', file.includes('tiny-jobs') ? ONE_BY_ONE : hasCpuPart ? VARIANTS : WITHOUT_CPU_PART);
  return new Promise((resolve) => {
    const settings = { maxBuffer: 2 ** 28, env: { ...process.env, ...Object.fromEntries(env) } };
    execFile(process.execPath, argv, settings, (_, stdout, stderr) => {
      const parsed = stdout === '' ? null : runRecordSchema.safeParse(JSON.parse(stdout));
      resolve(parsed?.success ? parsed.data : (stderr.trim().split('\n')[0] ?? 'no record'));
    });
  });
}
