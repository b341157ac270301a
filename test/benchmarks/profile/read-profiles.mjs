/**
 * What a report does with the profiles of the files given: read, cut, mapped to the sources and merged, one after
 * another. Prints its time and its peak memory as JSON. `--parse` instead: JSON.parse of the same files.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { resourceUsage } from 'node:process';
import { TraceMap } from '@jridgewell/trace-mapping';
import { cutProfile } from '../../../src/profile/cut.ts';
import { FlameBuilder } from '../../../src/profile/flame-tree.ts';
import { flameView } from '../../../src/profile/flame-view.ts';
import { mapFrames } from '../../../src/profile/map-frames.ts';
import { CHUNK_BYTES, readCpuProfile } from '../../../src/profile/read-cpu-profile.ts';
import { topFunctions } from '../../../src/profile/top-functions.ts';

const [mode, mapFile, ...files] = process.argv.slice(2);
const result = mode === '--parse' ? parse() : await ours();
console.log(JSON.stringify({ ...result, peakMb: resourceUsage().maxRSS / 1024 }));

/** The text is read before the clock starts, and dropped after. */
function parse() {
  let ms = 0;
  let samples = 0;
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const from = performance.now();
    const profile = JSON.parse(text);
    ms += performance.now() - from;
    samples += profile.samples.length;
  }
  return { ms, samples };
}

async function ours() {
  const from = performance.now();
  const map = new TraceMap(readFileSync(mapFile, 'utf8'), `file://${mapFile}`);
  const flame = new FlameBuilder('worker-pool');
  let samples = 0;
  for (const file of files) {
    const profile = await readCpuProfile(createReadStream(file, { highWaterMark: CHUNK_BYTES }), file);
    const { load } = profile.thread;
    samples += profile.samples.node.length;
    flame.add(mapFrames(cutProfile(profile, load), (url) => (url.endsWith('/bundle.js') ? map : null)));
  }
  const data = flame.data();
  const { tree } = flameView(data, { threads: 'one' });
  const [top] = topFunctions(data);
  const ms = performance.now() - from;
  return { ms, samples, nodes: tree.frame.length, functions: data.frames.length, top: top.frame.name };
}
