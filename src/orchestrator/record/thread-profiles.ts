import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { TraceMap } from '@jridgewell/trace-mapping';
import { RECORDED_HEAP_INTERVAL_BYTES } from '../../core/capture-settings.ts';
import type { FlameData } from '../../core/documents/flame.ts';
import {
  type CallFrame,
  cpuProfileFile,
  heapProfileFile,
  type ThreadInfo,
} from '../../core/documents/v8-profiles.ts';
import { redactText } from '../../core/redaction.ts';
import { FlameBuilder } from '../../profile/flame-tree.ts';
import { withoutInspector } from '../../profile/heap-cut.ts';
import { mapCallFrames, mapFrames, type SourceMaps } from '../../profile/map-frames.ts';
import { withPoolWaitsIdle } from '../../profile/pool-waits.ts';
import type { Profile, ThreadProfile } from '../../profile/profile.ts';
import { readHeapProfile } from '../../profile/read-heap-profile.ts';
import { asNativeSend } from '../../profile/recorder-frames.ts';
import { writeCpuProfile } from '../../profile/write-cpu-profile.ts';
import { writeHeapProfile } from '../../profile/write-heap-profile.ts';
import { writing } from '../../store/output-errors.ts';
import type { RecordingFolder } from '../../store/recording-folder.ts';
import { shownAs, sourceMapsOf } from '../captures/in-sources.ts';
import { SavedSources } from '../captures/saved-sources.ts';
import type { RawProcess } from './raw-files.ts';

type Named = Pick<ThreadInfo, 'thread' | 'label'>;

/** Writes threads/: profiles with mapped and redacted frames, and excerpts of their sources. */
export class ThreadProfiles {
  readonly #folder: RecordingFolder;
  readonly #name: string;
  readonly #cwd: string;
  readonly #flame: FlameBuilder;
  readonly #sources = new SavedSources();

  constructor(folder: RecordingFolder, { name, cwd }: { readonly name: string; readonly cwd: string }) {
    this.#folder = folder;
    this.#name = name;
    this.#cwd = cwd;
    this.#flame = new FlameBuilder(name);
  }

  async saveCpu(profile: Profile, info: Named, maps: SourceMaps): Promise<ThreadProfile> {
    const named = { ...withPoolWaitsIdle(profile), thread: { ...info, variant: this.#name } };
    const mapped = mapFrames(named, maps);
    const saved: ThreadProfile = {
      ...mapped,
      frames: redacted(mapped.frames.map(asNativeSend)),
      thread: { ...named.thread, ...(await shownAs(mapped.frames, { displayRoot: this.#cwd })) },
    };
    this.#sources.add(named, saved, maps);
    this.#flame.add(saved);
    await this.#write(cpuProfileFile(info.thread), writeCpuProfile(saved));
    return saved;
  }

  /** Skips a file that can't be read: the process ended while writing it. */
  async saveHeap(file: string, info: Named, maps: SourceMaps): Promise<void> {
    const read = await readHeapProfile(createReadStream(file), 'it').catch(() => null);
    if (read === null) return;
    const profile = withoutInspector(read);
    const frames = redacted(mapCallFrames(profile.frames, maps));
    const thread = {
      ...{ ...info, variant: this.#name, intervalBytes: RECORDED_HEAP_INTERVAL_BYTES },
      ...(await shownAs(frames, { displayRoot: this.#cwd })),
    };
    const text = writeHeapProfile({ ...profile, frames, thread });
    await this.#write(heapProfileFile(info.thread), text);
  }

  /** Call once, after the last profile. */
  async finish(): Promise<FlameData> {
    const excerpts = await this.#sources.excerpts();
    await this.#folder.writeText('threads/sources.json', `${JSON.stringify(excerpts)}\n`);
    return this.#flame.data();
  }

  async #write(name: string, content: Iterable<string>): Promise<void> {
    const path = this.#folder.path('threads', name);
    await writing(path, () => writeFile(path, content));
  }
}

function redacted(frames: readonly CallFrame[]): CallFrame[] {
  return frames.map((frame) => ({
    ...frame,
    functionName: redactText(frame.functionName),
    url: frame.url.startsWith('data:') ? 'data:' : redactText(frame.url),
  }));
}

/** Prefers the maps that Node had in memory to those on disk. */
export async function recordedSourceMaps({ frames, maps }: RawProcess): Promise<SourceMaps> {
  const inMemory = new Map<string, TraceMap>();
  for (const { url, map } of maps) {
    try {
      inMemory.set(url, new TraceMap(map as ConstructorParameters<typeof TraceMap>[0], url));
    } catch {
      // Not a source map of version 3: the script is shown as it ran.
    }
  }
  const onDisk = await sourceMapsOf(frames.filter(({ url }) => !inMemory.has(url)));
  return (url) => inMemory.get(url) ?? onDisk(url);
}
