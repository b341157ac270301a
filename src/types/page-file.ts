import type { VariantName } from './variant-names.ts';

/** A file that `threadmill export` makes of a run, for the report's page: packed, or why it is not there. */
export interface PageFile {
  /** Name of its format. */
  readonly format: string;
  /** As the command calls it; empty where nobody can tell which files the format would have. */
  readonly fileName: string;
  /** What is in it. */
  readonly variants: readonly VariantName[];
  /** The only one that it is of; null for all of its variants'. */
  readonly thread: number | null;
  readonly content: PackedFile | LeftOut;
}

/** The very bytes that the command writes. */
export interface PackedFile {
  /** Before they were packed. */
  readonly bytes: number;
  /** Raw DEFLATE, in base64. */
  readonly data: string;
}

/** Why the page does not have a file. */
export interface LeftOut {
  /**
   * `large`: there was no room for it. `much-to-read`: it was not made, because too much of the run folder would have
   * been read for it. `unreadable`: it can't be made, and the command says why.
   */
  readonly left: 'large' | 'much-to-read' | 'unreadable';
  /** Of the file, as far as it was made; for `much-to-read` of what it is made of. */
  readonly bytes: number;
  /** Whether there is more of it. */
  readonly andMore: boolean;
}
