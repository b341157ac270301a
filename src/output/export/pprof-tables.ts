import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FunctionInput, LabelInput, LocationInput, Profile } from 'pprof-format';
import type { ProfileSource } from './exporter.ts';
import type { FrameTable } from './frame-table.ts';
import type { ThreadTree } from './thread-calls.ts';

const zip = promisify(gzip);

export type Text = (value: string) => number;

/** Lines within functions, each once. */
export class Locations {
  readonly list: LocationInput[] = [];
  readonly #table: FrameTable;
  readonly #ids = new Map<string, number>();

  constructor(table: FrameTable) {
    this.#table = table;
  }

  /** Id of a line of a function; without one, of the line that it begins in: V8 does not say whence it called. */
  idOf(frame: number, line: number | null = null): number {
    const { line: first, column } = this.#table.frames[frame]!;
    const at = line ?? first ?? 0;
    const key = `${frame}:${at}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.list.length + 1;
    this.#ids.set(key, id);
    const place = { functionId: frame + 1, line: at, column: at === first ? (column ?? 0) : 0 };
    this.list.push({ id, mappingId: 1, line: [place] });
    return id;
  }
}

export function functionsOf(table: FrameTable, text: Text): FunctionInput[] {
  return table.frames.map(({ name, file, line }, frame) => ({
    id: frame + 1,
    name: text(name),
    systemName: text(table.callFrames[frame]!.functionName),
    filename: text(file ?? ''),
    startLine: line ?? 0,
  }));
}

export function mappingOf({ program }: ProfileSource, text: Text): object {
  return {
    id: 1,
    filename: text(program),
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
  };
}

export function labelsOf(
  { variant, label, thread }: Pick<ThreadTree, 'variant' | 'label' | 'thread'>,
  text: Text,
): LabelInput[] {
  return [
    { key: text('variant'), str: text(variant) },
    { key: text('thread'), str: text(label) },
    { key: text('thread_number'), num: thread },
  ];
}

export function commentOf({ threadmill, id }: ProfileSource, text: Text): number[] {
  return [text(`threadmill ${threadmill}, run ${id}`)];
}

/** As every reader takes it: pprof files are gzipped. */
export function zipped(profile: Profile): Promise<Buffer> {
  return zip(profile.encode());
}
