import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createRandom } from '../../../src/core/statistics/random.ts';

export interface Synthetic {
  readonly threads: number;
  readonly samples: number;
  /** Nodes of each thread's tree. */
  readonly nodes: number;
}

const FUNCTIONS = 1_500;
/** As far as stacks of real programs go. */
const DEEPEST = 60;
const START_US = 12_345_678_901;
/** So many lines has the bundle, each from one of the source. */
const LINES = 4_000;

/** Writes the profiles of a synthetic run, and the source map of its bundle, without holding either in memory. */
export async function writeSynthetic(
  folder: string,
  size: Synthetic,
): Promise<{ map: string; files: string[] }> {
  const map = join(folder, 'bundle.js.map');
  const mappings = Array.from({ length: LINES }, (_, line) => (line === 0 ? 'AAAA' : 'AACA')).join(';');
  await writeFile(
    map,
    JSON.stringify({ version: 3, sources: ['jobs.ts'], names: [], mappings, sourcesContent: [''] }),
  );
  const files: string[] = [];
  for (let thread = 0; thread < size.threads; thread++) {
    const file = join(folder, `thread-${thread}.cpuprofile`);
    await pipeline(profile(folder, thread, size), createWriteStream(file));
    files.push(file);
  }
  return { map, files };
}

function* profile(folder: string, thread: number, { threads, samples, nodes }: Synthetic): Generator<string> {
  const random = createRandom(thread + 1);
  const count = Math.floor(samples / threads) + (thread < samples % threads ? 1 : 0);
  const parent = parents(nodes, random);
  const children: number[][] = parent.map(() => []);
  parent.forEach((above, node) => {
    if (node > 0) children[above]!.push(node + 1);
  });
  yield '{"nodes":[';
  yield* joined(nodes, (node) => {
    const callFrame = node === 0 ? rootFrame : frameOf(folder, random);
    const ticks = node % 3 === 0 ? [] : [{ line: callFrame.lineNumber + 2, ticks: 3 }];
    return JSON.stringify({
      id: node + 1,
      callFrame,
      hitCount: 3,
      ...(children[node]!.length > 0 && { children: children[node] }),
      ...(ticks.length > 0 && { positionTicks: ticks }),
    });
  });
  const deltas = () => (random() < 0.001 ? -200 : 900 + Math.floor(random() * 200));
  let end = START_US;
  yield `],"startTime":${START_US},"samples":[`;
  let at = 0;
  // Programs stay where they are for some samples, and are often in few places.
  yield* joined(count, () => {
    if (random() < 0.3) at = Math.floor(random() ** 3 * nodes);
    return String(at + 1);
  });
  yield '],"timeDeltas":[';
  yield* joined(count, () => {
    const delta = deltas();
    end += delta;
    return String(delta);
  });
  const load = { startUs: START_US + 50_000.25, endUs: end - 20_000.5 };
  const label = thread === 0 ? 'main thread' : `worker ${thread}`;
  const threadmill = { thread, label, variant: 'worker-pool', load, displayRoot: folder, packages: {} };
  yield `],"endTime":${end},"threadmill":${JSON.stringify(threadmill)}}`;
}

/** Depth first, as V8 writes nodes. */
function parents(nodes: number, random: () => number): number[] {
  const parent = [-1];
  const depth = [0];
  let above = 0;
  while (parent.length < nodes) {
    const node = parent.push(above) - 1;
    depth.push(depth[above]! + 1);
    above = node;
    while (above > 0 && (depth[above]! >= DEEPEST || random() < 0.4)) above = parent[above]!;
  }
  return parent;
}

const rootFrame = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };

function frameOf(folder: string, random: () => number) {
  const number = Math.floor(random() ** 2 * FUNCTIONS);
  const place = { lineNumber: (number * 2) % (LINES - 2), columnNumber: 10 };
  const functionName = `function${number}`;
  if (number % 3 === 0) return { functionName, scriptId: '80', url: `file://${folder}/bundle.js`, ...place };
  const url =
    number % 3 === 1
      ? `node:internal/streams/part${number % 40}`
      : `file:///home/somebody/projects/app/node_modules/package-${number % 30}/dist/lib/index.js`;
  return { functionName, scriptId: String(number % 90), url, ...place };
}

function* joined(count: number, textOf: (index: number) => string): Generator<string> {
  const PIECE = 10_000;
  for (let from = 0; from < count; from += PIECE) {
    const texts = Array.from({ length: Math.min(PIECE, count - from) }, (_, i) => textOf(from + i));
    yield `${from === 0 ? '' : ','}${texts.join()}`;
  }
}
