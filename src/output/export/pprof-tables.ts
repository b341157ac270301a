import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type FunctionInput,
  type LabelInput,
  type LocationInput,
  Profile,
  type ProfileInput,
  type SampleInput,
  StringTable,
} from 'pprof-format';
import type { ProfileSource } from './exporter.ts';
import { FrameTable } from './frame-table.ts';
import { stackRoom } from './room.ts';
import type { ThreadTree } from './thread-calls.ts';

const zip = promisify(gzip);

export type Text = (value: string) => number;

/** Lines within functions, each once. */
class Locations {
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

function functionsOf(table: FrameTable, text: Text): FunctionInput[] {
  return table.frames.map(({ name, file, line }, frame) => ({
    id: frame + 1,
    name: text(name),
    systemName: text(table.callFrames[frame]!.functionName),
    filename: text(file ?? ''),
    startLine: line ?? 0,
  }));
}

function mappingOf({ program }: ProfileSource, text: Text): object {
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

function commentOf({ threadmill, id }: ProfileSource, text: Text): number[] {
  return [text(`threadmill ${threadmill}, ${id}`)];
}

/** A profile in the making: its samples, and the tables that they point into. */
export class PprofFile {
  readonly table = new FrameTable();
  readonly locations = new Locations(this.table);
  readonly #strings = new StringTable();
  readonly #samples: SampleInput[] = [];
  readonly #room = stackRoom();

  readonly text: Text = (value) => this.#strings.dedup(value);

  /** @throws ThreadmillError 'export-too-large' */
  add(samples: Iterable<SampleInput>): void {
    for (const sample of samples) {
      this.#room.take(sample.locationId!.length);
      this.#samples.push(sample);
    }
  }

  /** As every reader takes it: pprof files are gzipped. */
  zipped(source: ProfileSource, amounts: ProfileInput): Promise<Buffer> {
    const profile = new Profile({
      ...amounts,
      sample: this.#samples,
      mapping: [mappingOf(source, this.text)],
      function: functionsOf(this.table, this.text),
      location: this.locations.list,
      comment: commentOf(source, this.text),
      stringTable: this.#strings,
    });
    return zip(profile.encode());
  }
}
