/**
 * How quick and how frugal the profile model is. Both parts run pairs, one right after the other, each program in
 * a process of its own, so that whatever slows the machine slows both; the ratio is taken within the pair. CPU
 * times are given beside the clock's, as on a busy machine the latter say little.
 *
 *   make profile-speed        (ARGS="--pairs 5 --samples 5000000 --threads 8 --seconds 15 --only 0x")
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { middleOf, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { profiled } from '../fixtures/runs/records.ts';
import { writeSynthetic } from './profile/synthetic.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    samples: { type: 'string', default: '5000000' },
    threads: { type: 'string', default: '8' },
    nodes: { type: 'string', default: '25000' },
    seconds: { type: 'string', default: '15' },
    only: { type: 'string' },
  },
});
const PAIRS = Number(values.pairs);
const PART_OF_PARSE = 10;
const MAX_MB = 1_024;
const MIN_OF_0X = 10;

const part = (name: string): string => fileURLToPath(new URL(`profile/${name}`, import.meta.url));
/** Bundled, as the CLI is: compiling them is no part of what is measured. */
const built = (name: string): string =>
  fileURLToPath(new URL(`../../dist/benchmarks/profile/${name}`, import.meta.url));
await build({
  entryPoints: [part('read-profiles.mjs'), part('draw-profile.mjs')],
  outdir: built('.'),
  outExtension: { '.js': '.mjs' },
  ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' },
});
const zeroX = createRequire(import.meta.url).resolve('0x/cmd.js');

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-profile-speed-'));
try {
  if (values.only !== '0x') await againstParse();
  if (values.only !== 'parse') await against0x();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function againstParse(): Promise<void> {
  const folder = join(scratch, 'synthetic');
  mkdirSync(folder);
  const size = {
    threads: Number(values.threads),
    samples: Number(values.samples),
    nodes: Number(values.nodes),
  };
  const { map, files } = await writeSynthetic(folder, size);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  console.log(`${size.samples} samples, ${size.threads} threads, ${size.nodes} nodes each, ${mb(bytes)} MB`);
  const ratios: number[] = [];
  let peakMb = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const run = async (mode: string): Promise<Reading> => {
      const { output } = await finished([built('read-profiles.mjs'), mode, map, ...files], folder);
      return JSON.parse(output) as Reading;
    };
    const order = pair % 2 === 0 ? ['--ours', '--parse'] : ['--parse', '--ours'];
    const readings = new Map<string, Reading>();
    for (const mode of order) readings.set(mode, await run(mode));
    const ours = readings.get('--ours')!;
    const parse = readings.get('--parse')!;
    if (ours.samples !== size.samples || parse.samples !== size.samples)
      throw new Error('samples are missing');
    ratios.push(ours.ms / parse.ms);
    peakMb = Math.max(peakMb, ours.peakMb);
    console.log(
      `  read, cut, mapped, merged ${ms(ours.ms)}, ${ours.peakMb.toFixed(0)} MB peak; JSON.parse alone ${ms(parse.ms)}, ${parse.peakMb.toFixed(0)} MB`,
    );
  }
  console.log(
    `  ratio ${spread(ratios)}, at most ${PART_OF_PARSE}: ${verdict(middle(ratios) < PART_OF_PARSE)}`,
  );
  console.log(`  peak ${peakMb.toFixed(0)} MB, at most ${MAX_MB}: ${verdict(peakMb < MAX_MB)}`);
}

interface Reading {
  readonly ms: number;
  readonly samples: number;
  readonly peakMb: number;
}

/** The same work, profiled by V8's two profilers; the clock starts when the program has ended. */
async function against0x(): Promise<void> {
  const program = part('busy-program.mjs');
  const recordFile = join(scratch, 'record.json');
  writeFileSync(recordFile, JSON.stringify(profiled()));
  const walls: number[] = [];
  const cpus: number[] = [];
  const sameFile: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const folder = join(scratch, `pair-${pair}`);
    mkdirSync(folder);
    const plain = await finished([program, values.seconds], folder);
    const profiling = ['--cpu-prof', '--cpu-prof-interval', '1000', '--cpu-prof-dir', folder];
    await finished([...profiling, program, values.seconds], folder);
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))!);
    const page = join(folder, 'page.html');
    const endFile = join(folder, 'end');
    const theirs = await finished(
      [zeroX, '--silent', '--', process.execPath, program, values.seconds, endFile],
      folder,
    );
    const drawMs = theirs.endedAt - Number(readFileSync(endFile, 'utf8'));
    const drawn: Finished[] = [];
    for (let time = 0; time < 3; time++) {
      drawn.push(await finished([built('draw-profile.mjs'), recordFile, file, page], folder));
    }
    const ours = {
      output: drawn[0]!.output,
      wallMs: middle(drawn.map(({ wallMs }) => wallMs)),
      cpuMs: middle(drawn.map(({ cpuMs }) => cpuMs)),
    };
    // 0x as a whole, less what the program takes by itself.
    const drawCpuMs = theirs.cpuMs - plain.cpuMs;
    const again = await finished([zeroX, '--silent', '--visualize-cpu-profile', file], folder);
    walls.push(drawMs / ours.wallMs);
    cpus.push(drawCpuMs / ours.cpuMs);
    sameFile.push(again.cpuMs / ours.cpuMs);
    console.log(
      `${mb(statSync(file).size)} MB, ${ours.output.trim()} nodes: page of ${mb(statSync(page).size)} MB in ${ms(ours.wallMs)} (CPU ${ms(ours.cpuMs)})`,
    );
    console.log(
      `  0x, program ended to page: ${ms(drawMs)} (CPU ${ms(drawCpuMs)}); 0x of the same .cpuprofile: ${ms(again.wallMs)} (CPU ${ms(again.cpuMs)})`,
    );
    rmSync(folder, { recursive: true });
  }
  console.log(
    `  0x took ${spread(walls)} times as long, at least ${MIN_OF_0X}: ${verdict(middle(walls) >= MIN_OF_0X)}`,
  );
  console.log(
    `  by CPU ${spread(cpus)} times: ${verdict(middle(cpus) >= MIN_OF_0X)}; from the same .cpuprofile, by CPU, ${spread(sameFile)} times`,
  );
}

interface Finished {
  readonly output: string;
  readonly wallMs: number;
  /** Of the process and of all that it started and waited for. */
  readonly cpuMs: number;
  /** ms since 1970. */
  readonly endedAt: number;
}

/** Runs node below a shell, whose `times` tell the CPU time of what it ran. */
async function finished(args: readonly string[], cwd: string): Promise<Finished> {
  const from = performance.now();
  const script = '"$@" && times >&2';
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let trouble = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    trouble += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  const wallMs = performance.now() - from;
  const endedAt = Date.now();
  const times = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(trouble);
  if (code !== 0 || times === null) throw new Error(`${args[0]} ended with ${code}: ${trouble}`);
  const [, userMin, user, systemMin, system] = times.map(Number) as [number, number, number, number, number];
  return { output, wallMs, endedAt, cpuMs: ((userMin + systemMin) * 60 + user + system) * 1000 };
}

function middle(numbers: readonly number[]): number {
  return middleOf(sortNumbers(numbers));
}

function spread(numbers: readonly number[]): string {
  return `${middle(numbers).toFixed(2)} (${Math.min(...numbers).toFixed(2)} to ${Math.max(...numbers).toFixed(2)})`;
}

function verdict(held: boolean): string {
  return held ? 'held' : 'MISSED';
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
