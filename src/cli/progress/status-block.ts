export interface StatusStream {
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const DEFAULT_COLUMNS = 80;

/** Up to `width` columns of a text that may hold colours, which take none. */
function cut(text: string, width: number): string {
  let left = width;
  let shown = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a colour
  for (const piece of text.split(/(\u001b\[\d*m)/)) {
    if (piece.startsWith('\u001b')) {
      shown += piece;
      continue;
    }
    const letters = [...piece].slice(0, Math.max(0, left));
    left -= letters.length;
    shown += letters.join('');
  }
  return shown;
}

/** Lines at the end of a terminal, written over in place. No timer, no hidden cursor: nothing to restore but to erase. */
export class StatusBlock {
  readonly #stream: StatusStream;
  #lines: readonly string[] = [];

  constructor(stream: StatusStream) {
    this.#stream = stream;
  }

  /** Replaces what is shown; `above` scrolls away over it and stays. One write, so nothing flickers. */
  show(lines: readonly string[], above = ''): void {
    // Some terminals that are no screen report 0 columns. A line that wraps would be two, and the next erasure one too few.
    const width = (this.#stream.columns || DEFAULT_COLUMNS) - 1;
    const fitting = lines.map((line) => cut(line, width));
    const shown = fitting.map((line) => `${line}\n`).join('');
    this.#stream.write(`${this.#erasure()}${above}${shown}`);
    this.#lines = fitting;
  }

  print(text: string): void {
    this.show(this.#lines, text);
  }

  erase(): void {
    if (this.#lines.length > 0) this.show([]);
  }

  #erasure(): string {
    return this.#lines.length === 0 ? '' : `\u001b[${this.#lines.length}A\r\u001b[0J`;
  }
}
