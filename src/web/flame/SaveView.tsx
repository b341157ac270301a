import { foldedView, speedscopeView } from './saved-view.ts';
import type { FlameTree } from './tree.ts';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly tree: FlameTree;
  readonly unit: 'microseconds' | 'bytes';
}

/** What is drawn, threads and direction as they are chosen, for other programs; a zoom hides nothing of it. */
export function SaveView({ id, label, tree, unit }: Props) {
  const file = (ending: string): string => `${id.replace(/[^\w.-]+/g, '-')}.${ending}`;
  const saveSpeedscope = (): void => {
    const text = JSON.stringify(speedscopeView(tree, label, unit));
    saveFile(file('speedscope.json'), 'application/json', text);
  };
  return (
    <p class="flame-save">
      Save what is drawn as{' '}
      <button type="button" onClick={() => saveFile(file('folded.txt'), 'text/plain', foldedView(tree))}>
        folded stacks
      </button>{' '}
      or{' '}
      <button type="button" onClick={saveSpeedscope}>
        speedscope
      </button>
    </p>
  );
}

/** Saves what the page holds itself: nothing is fetched, and nothing leaves the machine. */
function saveFile(fileName: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of it by then; at once would be too early in some.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
