import type { Warning } from '../../core/documents/run-record.ts';
import { warningOf } from '../../core/warnings.ts';
import { runsAtWorkSince } from '../../store/list-folders.ts';

/** Other runs and sweeps in the same folder while this one is at work. One that is killed is seen only if it lives. */
export class OtherRuns {
  readonly #outDir: string;
  readonly #ownId: string;
  readonly #sinceMs: number;
  readonly #ids = new Set<string>();

  private constructor(outDir: string, ownId: string, since: string) {
    this.#outDir = outDir;
    this.#ownId = ownId;
    this.#sinceMs = Date.parse(since);
  }

  /** Looks for the first time. `since`: when this one began, ISO 8601. */
  static async look(outDir: string, ownId: string, since: string): Promise<OtherRuns> {
    const others = new OtherRuns(outDir, ownId, since);
    await others.#look();
    return others;
  }

  /** Looks again, and warns of those that were there at the beginning or have begun since. */
  async warn(record: { readonly warnings: Warning[] }): Promise<void> {
    await this.#look();
    if (this.#ids.size === 0) return;
    const what = this.#ids.size === 1 ? 'another run was' : `${this.#ids.size} other runs were`;
    record.warnings.push(
      warningOf({
        code: 'another-run',
        message: `${what} at work in the same folder: ${[...this.#ids].sort().join(', ')}`,
        variant: null,
      }),
    );
  }

  async #look(): Promise<void> {
    for (const id of await runsAtWorkSince(this.#sinceMs, this.#outDir, this.#ownId)) this.#ids.add(id);
  }
}
