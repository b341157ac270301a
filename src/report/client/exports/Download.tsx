import type { JSX } from 'preact';
import type { PageDownload } from '../../page-data.ts';

/** Saves what the page holds itself: nothing is fetched, and nothing leaves the machine. */
export function Download({ data }: { readonly data: PageDownload }): JSX.Element {
  return (
    <button type="button" class="download" onClick={() => save(data)}>
      {data.label} <small>{data.fileName}</small>
    </button>
  );
}

function save({ fileName, type, content }: PageDownload): void {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of it by then; at once would be too early in some.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
