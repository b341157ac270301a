import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Allocations, FlameFrame } from '../../src/core/documents/flame.ts';
import { runRecordSchema } from '../../src/core/documents/run-record.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { RunSource } from '../../src/output/export/run-source.ts';
import { flameData } from '../../src/profile/flame-tree.ts';
import { AllocationBuilder } from '../../src/profile/heap-allocations.ts';
import type { ThreadProfile } from '../../src/profile/profile.ts';
import { topFunctions } from '../../src/profile/top-functions.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import type { ProfiledPart } from '../../src/store/thread-profiles.ts';
import { CLI } from './compiled.ts';
import { exported } from './export-run.ts';
import { busyOf, type Times } from './function-times.ts';

const WORKLOAD = fileURLToPath(new URL('../fixtures/export/hostile.ts', import.meta.url));
const execute = promisify(execFile);

export const VARIANTS = ['event-loop', 'worker-pool'] as const;

export interface ExportedFile {
  readonly path: string;
  readonly content: Buffer;
}

export interface ProfiledThread {
  readonly variant: VariantName;
  readonly thread: number;
  readonly durationUs: number;
}

async function profilesOf(
  source: RunSource,
  part: ProfiledPart,
): Promise<Map<VariantName, readonly ThreadProfile[]>> {
  const profiles = new Map<VariantName, readonly ThreadProfile[]>();
  for (const variant of VARIANTS) {
    const read: ThreadProfile[] = [];
    for (const thread of await source.profiledThreads(variant, part)) {
      read.push(await source.profile(variant, thread, part));
    }
    profiles.set(variant, read);
  }
  return profiles;
}

/** A real `threadmill profile`, exported in every format, and what our own report says of it. */
export class RealExport {
  readonly dir: string;
  readonly source: RunSource;
  /** By format, then by file name. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, Buffer>>;
  readonly #profiles: Record<ProfiledPart, ReadonlyMap<VariantName, readonly ThreadProfile[]>>;

  private constructor(
    dir: string,
    source: RunSource,
    files: ReadonlyMap<string, ReadonlyMap<string, Buffer>>,
    profiles: Record<ProfiledPart, ReadonlyMap<VariantName, readonly ThreadProfile[]>>,
  ) {
    this.dir = dir;
    this.source = source;
    this.files = files;
    this.#profiles = profiles;
  }

  static async make(): Promise<RealExport> {
    const dir = await mkdtemp(join(tmpdir(), 'threadmill-export-'));
    const settings = '--jobs 20 --concurrency 6 --workers 2 --rounds 1 --warmup 1 --captures threads,heap';
    const { stdout } = await execute(
      process.execPath,
      [
        ...[CLI, 'profile', '--workload', WORKLOAD, '--variants', VARIANTS.join(), '--out', dir, '--json'],
        ...settings.split(' '),
      ],
      { maxBuffer: 32e6 },
    );
    const record = runRecordSchema.parse(JSON.parse(stdout));
    const source = await RunSource.open(RunFolder.open(join(dir, record.id)));
    const profiles = {
      load: await profilesOf(source, 'load'),
      timeline: await profilesOf(source, 'timeline'),
    };
    const files = new Map<string, Map<string, Buffer>>();
    for (const exporter of EXPORTERS) {
      const written = await exported(source, exporter);
      files.set(exporter.name, written);
      await mkdir(join(dir, exporter.name));
      for (const [name, content] of written) await writeFile(join(dir, exporter.name, name), content);
    }
    return new RealExport(dir, source, files, profiles);
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }

  threads(part: ProfiledPart = 'load'): ProfiledThread[] {
    return VARIANTS.flatMap((variant) =>
      this.#profiles[part].get(variant)!.map(({ thread, startUs, endUs }) => ({
        ...{ variant, thread: thread.thread, durationUs: endUs - startUs },
      })),
    );
  }

  /** What the report says: busy time by function, µs, of a thread or of all. */
  ours(
    variant: VariantName,
    thread: number | null,
    keyOf: (frame: FlameFrame) => string,
    part: ProfiledPart = 'load',
  ): Times {
    const times: Times = new Map();
    const data = flameData(variant, this.#profiles[part].get(variant)!);
    for (const { frame, self, totalUs } of topFunctions(data, thread === null ? {} : { thread })) {
      if (frame.category === 'idle' || frame.name === '(root)') continue;
      const sum = times.get(keyOf(frame)) ?? { self: 0, total: 0 };
      times.set(keyOf(frame), { self: sum.self + self, total: sum.total + totalUs });
    }
    return times;
  }

  busyUs(variant: VariantName, thread: number | null = null, part: ProfiledPart = 'load'): number {
    return busyOf(this.ours(variant, thread, ({ name }) => name, part));
  }

  /** What its threads allocated, and in how many jobs. */
  async allocations(variant: VariantName): Promise<{ allocated: Allocations; jobs: number }> {
    const { record } = this.source;
    const builder = new AllocationBuilder(variant);
    for (const thread of await this.source.allocatingThreads(variant)) {
      builder.add(await this.source.allocations(variant, thread));
    }
    const taken = record.artifacts.find((each) => each.variant === variant && each.capture === 'heap');
    assert.ok(taken !== undefined && 'repeats' in taken && taken.repeats !== null);
    return { allocated: builder.data(), jobs: taken.repeats * record.spec.jobs };
  }

  /** The file of a format, or the one with `part` in its name. */
  file(format: string, part = ''): ExportedFile {
    const found = [...this.files.get(format)!].find(([name]) => name.includes(part));
    assert.ok(found !== undefined, `${format} ${part}`);
    return { path: join(this.dir, format, found[0]), content: found[1] };
  }

  json<T>(format: string, part = ''): T {
    return JSON.parse(String(this.file(format, part).content)) as T;
  }
}
