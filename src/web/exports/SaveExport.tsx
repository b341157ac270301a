import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatBytes } from '../../core/format.ts';
import type { PageSavedFile } from '../../output/markup/page-data.ts';
import { unpackBytes } from '../../profile/timeline/codec/unpack.ts';
import { saveFile } from './save-file.ts';

/** Of any format: with a type that it knows, a browser may put an ending of its own behind the name. */
const TYPE = 'application/octet-stream';

export interface Export {
  readonly file: PageSavedFile;
  readonly label: string;
}

/** A button that unpacks a file of the page, and saves it. */
export function SaveExport({ data: { file, label } }: { readonly data: Export }): JSX.Element {
  const { fileName, bytes } = file;
  const [saved, setSaved] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    try {
      saveFile(fileName, TYPE, await unpackBytes(file));
      setSaved(true);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button type="button" class="save" title={fileName} onClick={() => void save()}>
        {label} <small>{formatBytes(bytes)}</small>
        <span class="unseen">, file {fileName}</span>
      </button>
      <span class={problem === null ? 'unseen' : 'bad'} role="status">
        {problem === null ? saved && `${fileName} is saved` : `It can’t be unpacked: ${problem}.`}
      </span>
    </>
  );
}
