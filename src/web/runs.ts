/** The list of runs: search, and a command that compares the two that are ticked. The page reads without this. */

const find = <T extends Element>(selector: string): T | null => document.querySelector<T>(selector);

function searchRuns(bar: HTMLElement, entries: readonly HTMLElement[]): void {
  const [field, count] = [bar.querySelector('input')!, bar.querySelector('[role=status]')!];
  const texts = entries.map(({ textContent }) => textContent.toLowerCase());
  const older = find<HTMLDetailsElement>('.older');
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    entries.forEach((entry, index) => {
      entry.hidden = !words.every((word) => texts[index]!.includes(word));
      if (!entry.hidden) found += 1;
    });
    count.textContent = words.length === 0 ? '' : `${found} of ${entries.length}`;
    if (older !== null && words.length > 0) older.open = true;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey)
      return;
    event.preventDefault();
    field.focus();
  });
  bar.hidden = false;
}

/** @param boxes the newest run first */
function compareRuns(bar: HTMLElement, boxes: readonly HTMLInputElement[]): void {
  const [status, command, copy] = [
    bar.querySelector('[role=status]')!,
    bar.querySelector<HTMLElement>('.command')!,
    bar.querySelector('button')!,
  ];
  const code = command.querySelector('code')!;
  // Firefox keeps ticks when a page is loaded again.
  let ticked = boxes.filter(({ checked }) => checked);
  const show = (): void => {
    const [after, before] = ticked.toSorted((a, b) => boxes.indexOf(a) - boxes.indexOf(b));
    bar.hidden = after === undefined;
    command.hidden = before === undefined;
    status.textContent = before === undefined ? 'Tick another run to compare it with.' : '';
    if (after !== undefined && before !== undefined) {
      code.textContent = `threadmill report --compare ${quote(before.value)} ${quote(after.value)}`;
    }
    copy.textContent = 'Copy';
  };
  for (const box of boxes) {
    box.parentElement!.hidden = false;
    box.addEventListener('change', () => {
      ticked = box.checked ? [...ticked, box] : ticked.filter((other) => other !== box);
      // A third tick takes the place of the first.
      for (const surplus of ticked.splice(0, Math.max(0, ticked.length - 2))) surplus.checked = false;
      show();
    });
  }
  show();
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(code);
    }
  });
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const entries = [...document.querySelectorAll<HTMLElement>('.runs > li')];
const [search, compare] = [find<HTMLElement>('.search'), find<HTMLElement>('.compare')];
if (search !== null) searchRuns(search, entries);
const boxes = [...document.querySelectorAll<HTMLInputElement>('.tick input')];
if (compare !== null && boxes.length > 1) compareRuns(compare, boxes);
