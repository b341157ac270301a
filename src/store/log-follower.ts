import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pretty from 'pino-pretty';
import { readPart } from './read-part.ts';

interface LogFollowerOptions {
  /** Folder whose `*.ndjson` files are followed; it need not exist yet. */
  readonly dir: string;
  readonly colour: boolean;
  readonly write: (text: string) => void;
}

/** What is read of one file at a time, bytes: a flood of debug lines should not fill the memory. */
const LARGEST_READ_BYTES = 4 * 1024 * 1024;

interface Line {
  readonly time: string;
  readonly text: string;
}

/** Shows what was added to a run's logs, only when `flush` is called: between timed trials. */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  readonly #format: (line: string) => string;
  readonly #offsets = new Map<string, number>();

  constructor(options: LogFollowerOptions) {
    this.#options = options;
    this.#format = pretty.prettyFactory({
      colorize: options.colour,
      ignore: 'pid,runId,process,variant',
      messageFormat: (log, key) =>
        `${[log.process, log.variant].filter(Boolean).join(' ')} · ${String(log[key] ?? '')}`,
      translateTime: 'SYS:HH:MM:ss.l',
      singleLine: true,
    });
  }

  /** Writes every complete line that is new since the last time, of all files in the order of their times. */
  flush(): void {
    const lines = this.#files().flatMap((file) => this.#newLines(file));
    lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    const text = lines.map((line) => this.#format(line.text)).join('');
    if (text !== '') this.#options.write(text);
  }

  #files(): string[] {
    try {
      const names = readdirSync(this.#options.dir).filter((name) => name.endsWith('.ndjson'));
      return names.sort().map((name) => join(this.#options.dir, name));
    } catch {
      return [];
    }
  }

  #newLines(file: string): Line[] {
    const lines: Line[] = [];
    for (;;) {
      const offset = this.#offsets.get(file) ?? 0;
      const added = readPart(file, offset, LARGEST_READ_BYTES);
      // The last line may still be being written; a line longer than the buffer is skipped in pieces.
      const end = added.lastIndexOf(0x0a) + 1;
      const used = end === 0 && added.length === LARGEST_READ_BYTES ? added.length : end;
      if (used === 0) return lines;
      this.#offsets.set(file, offset + used);
      for (const text of added.toString('utf8', 0, end).split('\n')) {
        if (text !== '') lines.push({ time: /"time":"([^"]*)"/.exec(text)?.[1] ?? '', text });
      }
    }
  }
}
