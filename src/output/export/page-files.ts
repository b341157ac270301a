import type { RunRecord } from '../../core/documents/run-record.ts';
import { ThreadmillError } from '../../core/errors.ts';
import type { LeftOut, PackedFile, PageFile } from '../../core/export-formats.ts';
import type { VariantName } from '../../core/variants.ts';
import { packBytes } from '../../profile/timeline/codec/pack.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import { bytesBehind } from './bytes-behind.ts';
import type { Chunks, Exporter } from './exporter.ts';
import { type PlannedFile, planExport } from './plan.ts';
import { EXPORTERS } from './registry.ts';
import { RunSource } from './run-source.ts';
import { SmallestFirst } from './smallest-first.ts';

/** What the files of a page may cost. */
export interface PageRoom {
  /** By which the page grows: packed, in base64. */
  readonly characters: number;
  /** Of one file before it is packed: no more is ever held in memory. */
  readonly fileBytes: number;
  /** Of the run folder, that all of them together are made of, some more than once. */
  readonly readBytes: number;
}

/**
 * A default `profile` run takes 550,000 characters, and the rest of its page 500,000. Files of more than 8 MB would
 * take most of the room at best: the formats that pack best come down to a seventeenth. Somebody waits for
 * the page: such a run's files are made of 5 MB, in half a second of CPU time.
 */
export const PAGE_ROOM: PageRoom = { characters: 900_000, fileBytes: 8_000_000, readBytes: 32_000_000 };

/** What is damaged is no reason to have no page. No message of it: it names the folder, wherever that lies. */
const UNREADABLE: LeftOut = { left: 'unreadable', bytes: 0, andMore: false };

interface Candidate {
  readonly exporter: Exporter;
  readonly planned: PlannedFile;
  readonly behind: number;
}

/**
 * Every file that `threadmill export` makes of a run without further options, and a `pair` of any two variants, the
 * earlier one first; in the order of the formats. Those that the page has room for come with their content, the
 * smallest first. Depends on the run folder alone.
 */
export async function pageFiles(
  folder: RunFolder,
  record: RunRecord,
  room: PageRoom = PAGE_ROOM,
): Promise<PageFile[]> {
  const source = await RunSource.of(folder, record, true);
  const { candidates, unreadable } = await allCandidates(source);
  const contents = new Map<Candidate, PackedFile | LeftOut>();
  const kept = new SmallestFirst<Candidate>(room.characters);
  let read = 0;
  for (const candidate of candidates.toSorted((a, b) => a.behind - b.behind)) {
    read += candidate.behind;
    if (read > room.readBytes) {
      contents.set(candidate, { left: 'much-to-read', bytes: candidate.behind, andMore: false });
      continue;
    }
    const content = await contentOf(source, candidate, room.fileBytes);
    contents.set(candidate, content);
    if ('left' in content) continue;
    for (const gone of kept.add(candidate, content.data.length)) {
      const { bytes } = contents.get(gone) as PackedFile;
      contents.set(gone, { left: 'large', bytes, andMore: false });
    }
  }
  const made = candidates.map((candidate) => {
    const { exporter, planned } = candidate;
    const { variants } = planned.part;
    return {
      format: exporter.name,
      fileName: planned.fileName,
      variants: variants.map(({ name }) => name),
      thread: exporter.scope === 'thread' ? (variants[0]?.threads[0] ?? null) : null,
      content: contents.get(candidate)!,
    };
  });
  return [...made, ...unreadable];
}

async function allCandidates(
  source: RunSource,
): Promise<{ candidates: Candidate[]; unreadable: PageFile[] }> {
  const candidates: Candidate[] = [];
  const unreadable: PageFile[] = [];
  for (const exporter of EXPORTERS) {
    for (const variants of await selections(source, exporter)) {
      try {
        for (const planned of await planExport(source, exporter, { variants, thread: null, round: null })) {
          candidates.push({ exporter, planned, behind: await bytesBehind(source, exporter, planned.part) });
        }
      } catch (thrown) {
        if (thrown instanceof ThreadmillError && thrown.code === 'nothing-to-export') continue;
        const nothing = { fileName: '', variants: variants ?? [], thread: null };
        unreadable.push({ format: exporter.name, ...nothing, content: UNREADABLE });
      }
    }
  }
  return { candidates, unreadable };
}

/** What fails together: a variant whose files are damaged costs no files of the others. Null: all variants. */
async function selections(source: RunSource, { scope }: Exporter): Promise<(VariantName[] | null)[]> {
  if (scope === 'pair') return profiledPairs(source);
  return scope === 'run' ? [null] : source.record.variants.map(({ name }) => [name]);
}

async function profiledPairs(source: RunSource): Promise<VariantName[][]> {
  const profiled: VariantName[] = [];
  for (const { name } of source.record.variants) {
    if ((await source.profiledThreads(name)).length > 0) profiled.push(name);
  }
  return profiled.flatMap((one, index) => profiled.slice(index + 1).map((other) => [one, other]));
}

async function contentOf(
  source: RunSource,
  { exporter, planned }: Candidate,
  most: number,
): Promise<PackedFile | LeftOut> {
  try {
    const { bytes, isWhole } = await upTo(most, exporter.write(source, planned.part));
    return isWhole ? packBytes(bytes) : { left: 'large', bytes: bytes.length, andMore: true };
  } catch {
    return UNREADABLE;
  }
}

/** What there is, and if that is too much, a little more than so much of it. */
async function upTo(
  most: number,
  chunks: Chunks,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const piece = Buffer.from(chunk as string);
    pieces.push(piece);
    size += piece.length;
    if (size > most) return { bytes: Buffer.concat(pieces), isWhole: false };
  }
  return { bytes: Buffer.concat(pieces), isWhole: true };
}
