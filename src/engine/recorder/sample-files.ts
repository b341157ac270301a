import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { MetaLine, WindowLine } from '../../core/documents/recorder-lines.ts';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';

/** Files that a process's samples are spread over: the oldest is dropped when all are full. */
const FILES = 8;
/** Functions of one process. What is beyond them has one name: code that makes code would fill memory. */
const MAX_FRAMES = 200_000;
const OTHER = '(other functions)';

/** Writes the files of the controller; at once, because a process may be killed. */
export class SampleFiles {
  readonly #prefix: string;
  readonly #maxBytes: number;
  readonly #meta: number;
  readonly #frames = new Map<string, number>();
  readonly #files: { path: string; endUs: number }[] = [];
  readonly #scripts = new Set<string>();
  #newScripts: string[] = [];
  #number = 0;
  #samples = 0;
  #bytes = 0;

  constructor(prefix: string, maxBytes: number) {
    this.#prefix = prefix;
    this.#maxBytes = maxBytes;
    this.#meta = openSync(`${prefix}.meta`, 'a');
    this.#open();
  }

  meta(line: MetaLine): void {
    writeAll(this.#meta, `${JSON.stringify(line)}\n`);
  }

  /** Frames that are new go before the window that has them. */
  window(thread: number, profile: CpuProfile): void {
    const line = Buffer.from(`${JSON.stringify(this.#compact(thread, profile))}\n`);
    if (this.#bytes > 0 && this.#bytes + line.length > this.#maxBytes / FILES) this.#open();
    writeAll(this.#samples, line);
    this.#bytes += line.length;
    this.#files.at(-1)!.endUs = Math.max(this.#files.at(-1)!.endUs, profile.endTime);
  }

  /** In place of what was there: the process may be killed meanwhile. */
  heap(thread: number, profile: RawHeapProfile): void {
    const path = `${this.#prefix}.${thread}.heap`;
    writeFileSync(`${path}.part`, JSON.stringify(profile));
    renameSync(`${path}.part`, path);
  }

  /** Scripts from files that samples were taken in since the last call. */
  takeNewScripts(): string[] {
    const taken = this.#newScripts;
    this.#newScripts = [];
    return taken;
  }

  close(): void {
    closeSync(this.#meta);
    closeSync(this.#samples);
  }

  #open(): void {
    if (this.#samples > 0) closeSync(this.#samples);
    const path = `${this.#prefix}.${this.#number++}.samples`;
    this.#samples = openSync(path, 'a');
    this.#bytes = 0;
    this.#files.push({ path, endUs: 0 });
    if (this.#files.length <= FILES) return;
    const dropped = this.#files.shift()!;
    this.meta({ k: 'dropped', untilUs: dropped.endUs });
    rmSync(dropped.path, { force: true });
  }

  #compact(thread: number, { nodes, startTime, endTime, samples, timeDeltas }: CpuProfile): WindowLine {
    const index = new Map(nodes.map(({ id }, position) => [id, position]));
    const parent = new Int32Array(nodes.length).fill(-1);
    const ticks: number[] = [];
    nodes.forEach(({ children, positionTicks }, position) => {
      for (const child of children ?? []) parent[index.get(child)!] = position;
      for (const { line, ticks: count } of positionTicks ?? []) ticks.push(position, line, count);
    });
    return {
      thread,
      startUs: startTime,
      endUs: endTime,
      nodes: nodes.flatMap(({ callFrame }, position) => [this.#frame(callFrame), parent[position]!]),
      ticks,
      samples: (samples ?? []).map((id) => index.get(id)!),
      deltas: timeDeltas ?? [],
    };
  }

  #frame({ functionName, url, lineNumber, columnNumber }: CpuProfile['nodes'][number]['callFrame']): number {
    const key = `${functionName}\0${url}\0${lineNumber}\0${columnNumber}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    if (this.#frames.size > MAX_FRAMES) return this.#frames.get(OTHER)!;
    const full = this.#frames.size === MAX_FRAMES;
    const number = this.#frames.size;
    this.#frames.set(full ? OTHER : key, number);
    if (url.startsWith('file:') && !this.#scripts.has(url)) {
      this.#scripts.add(url);
      this.#newScripts.push(url);
    }
    this.meta({ k: 'frame', f: full ? [OTHER, '', -1, -1] : [functionName, url, lineNumber, columnNumber] });
    return number;
  }
}

/** `writeSync` may take a part only, as on a disk that fills up. */
function writeAll(file: number, content: string | Buffer): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
