/** The part of write-file-atomic that is used; it ships no types. */
declare module 'write-file-atomic' {
  interface Options {
    readonly mode?: number;
    readonly encoding?: BufferEncoding;
    readonly fsync?: boolean;
  }
  /** Writes beside the target, syncs and renames; removes what it began when it fails or the process ends. */
  export default function writeFileAtomic(
    file: string,
    data: string | Uint8Array,
    options?: Options,
  ): Promise<void>;
}
