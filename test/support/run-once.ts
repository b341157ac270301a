import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { CaptureName } from '../../src/core/captures.ts';
import type { CaptureContext } from '../../src/orchestrator/captures/capture.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/run-once/', import.meta.url));

export type StandInMode = 'work' | 'fail' | 'hang' | 'timeline-dies';

export interface StandInSettings {
  readonly mode?: StandInMode;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Shorter than a capture asks for, ms: what is tested here is the capture, not the load. */
  readonly maxLoadMs?: number;
  readonly earlier?: CaptureContext['earlier'];
  readonly log?: CaptureContext['log'];
}

/** A folder for one test file, with the bundled stand-in workload; `close` removes all of it. */
export class StandIn {
  readonly folder: string;
  readonly #bundle: string;
  #captures = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.#bundle = join(folder, 'bundle', 'busy.js');
  }

  static async open(): Promise<StandIn> {
    const standIn = new StandIn(await mkdtemp(join(tmpdir(), 'threadmill-capture-')));
    await build({
      entryPoints: [join(FIXTURE, 'busy.ts')],
      outfile: standIn.#bundle,
      bundle: true,
      format: 'esm',
      platform: 'node',
      sourcemap: true,
      packages: 'external',
      logLevel: 'silent',
    });
    // As the runner's bundle: an ES module by its folder, not by its extension.
    await writeFile(join(standIn.folder, 'bundle', 'package.json'), '{"type":"module"}');
    return standIn;
  }

  async context(capture: CaptureName, settings: StandInSettings = {}): Promise<CaptureContext> {
    const base = join(this.folder, `${++this.#captures}-${capture}`);
    const destination = join(base, 'kept');
    const scratch = join(base, 'scratch');
    await mkdir(destination, { recursive: true });
    await mkdir(scratch);
    const { mode = 'work', maxLoadMs = 600 } = settings;
    return {
      capture,
      variant: 'worker-pool',
      destination,
      scratch,
      displayRoot: FIXTURE,
      environment: { ...process.env },
      timeoutMs: settings.timeoutMs ?? 300_000,
      signal: settings.signal ?? new AbortController().signal,
      earlier: settings.earlier ?? (() => null),
      log: settings.log ?? (() => {}),
      runnerArguments: (options) => {
        const minLoadMs = Math.min(options.minLoadMs, maxLoadMs);
        const bundle = pathToFileURL(this.#bundle).href;
        return [join(FIXTURE, 'runner.mjs'), JSON.stringify({ ...options, minLoadMs, bundle, mode })];
      },
    };
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
