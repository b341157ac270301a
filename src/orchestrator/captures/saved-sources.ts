import { readFile, stat } from 'node:fs/promises';
import { sourceContentFor, type TraceMap } from '@jridgewell/trace-mapping';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import type { SourceExcerpts } from '../../core/documents/source-excerpts.ts';
import { redactPrivateKeys, redactSourceLine, redactStart } from '../../core/redaction.ts';
import { displayPath } from '../../profile/display-path.ts';
import { savedOptions } from '../../profile/flame-tree.ts';
import { pathOfUrl } from '../../profile/frame-path.ts';
import type { SourceMaps } from '../../profile/map-frames.ts';
import type { ThreadProfile } from '../../profile/profile.ts';
import { type LineRange, SampledLines } from '../../profile/sampled-lines.ts';

/** Larger files are not hand-written sources, bytes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** A longer line is cut: who reads it would not get to its end. */
const MAX_CHARACTERS = 240;

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;

type ExcerptPart = SourceExcerpts['files'][number]['parts'][number];

export class SavedSources {
  readonly #lines = new SampledLines();
  /** By URL: the map that names the source, and how it is shown. */
  readonly #maps = new Map<string, TraceMap>();
  readonly #shown = new Map<string, string>();

  /** @param built frames as V8 gave them @param mapped the same in terms of the sources, by `maps` */
  add(built: Pick<ThreadProfile, 'frames'>, mapped: ThreadProfile, maps: SourceMaps): void {
    const options = savedOptions(mapped.thread);
    this.#lines.add(mapped, options);
    mapped.frames.forEach(({ url }, frame) => {
      if (this.#shown.has(url)) return;
      const shown = displayPath(url, options);
      if (shown !== null) this.#shown.set(url, shown);
      const map = built.frames[frame] === mapped.frames[frame] ? null : maps(built.frames[frame]!.url);
      if (map !== null) this.#maps.set(url, map);
    });
  }

  /** The sampled lines: as the source map has them, else from the file. What can't be read is left out. */
  async excerpts(): Promise<SourceExcerpts> {
    const files: SourceExcerpts['files'] = [];
    for (const [url, ranges] of this.#lines.ranges()) {
      const file = this.#shown.get(url);
      const text = this.#textInMap(url) ?? (await readSource(url));
      const parts = text === null ? [] : excerptParts(text, ranges);
      if (file !== undefined && parts.length > 0) files.push({ file, parts });
    }
    return { schemaVersion: SCHEMA_VERSION, files: files.sort((a, b) => (a.file < b.file ? -1 : 1)) };
  }

  #textInMap(url: string): string | null {
    const map = this.#maps.get(url);
    return map === undefined ? null : sourceContentFor(map, url);
  }
}

async function readSource(url: string): Promise<string | null> {
  const path = pathOfUrl(url);
  if (path === null) return null;
  try {
    const { size } = await stat(path);
    return size > MAX_BYTES ? null : await readFile(path, 'utf8');
  } catch {
    // Gone since, or never a file: the report says that it has no source.
    return null;
  }
}

/** The stretches of a text, as far as it has them. Without secrets, long lines cut. */
export function excerptParts(text: string, ranges: readonly LineRange[]): ExcerptPart[] {
  const all = redactPrivateKeys(text).split(LINE_BREAK);
  return ranges.flatMap(({ first, last }) => {
    const lines = all.slice(first - 1, last).map(shownLine);
    return lines.length === 0 ? [] : [{ first, lines }];
  });
}

function shownLine(line: string): string {
  const shown = redactStart(line, MAX_CHARACTERS + 1, redactSourceLine).trimEnd();
  return shown.length <= MAX_CHARACTERS ? shown : `${shown.slice(0, MAX_CHARACTERS - 1)}…`;
}
