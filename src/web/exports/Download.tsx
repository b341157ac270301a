import type { JSX } from 'preact';
import type { PageDownload } from '../../output/markup/page-data.ts';
import { saveFile } from './save-file.ts';

export function Download({ data }: { readonly data: PageDownload }): JSX.Element {
  return (
    <button type="button" class="download" onClick={() => save(data)}>
      {data.label} <small>{data.fileName}</small>
    </button>
  );
}

function save({ fileName, type, content }: PageDownload): void {
  saveFile(fileName, type, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}
