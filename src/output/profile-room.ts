import { statSync } from 'node:fs';
import type { Warning } from '../core/documents/run-record.ts';
import { formatCount, formatPlural } from '../core/format.ts';
import type { VariantName } from '../core/variants.ts';
import { warningOf } from '../core/warnings.ts';

/** Some hundred threads of the default load; reading it takes some ten seconds. */
const MAX_BYTES = 1024 * 1024 * 1024;
/** Calls in all call trees: 30 bytes each here, and three in the page. */
const MAX_CALLS = 2_000_000;

/** How many profiles of a run a page is drawn from: all of them, unless they are very many, or very large. */
export class ProfileRoom {
  #bytes = MAX_BYTES;
  #calls = MAX_CALLS;
  readonly #leftOut = new Map<VariantName, number>();

  /** Whether a profile is to be read; if not, that is remembered. */
  admits(file: string, variant: VariantName): boolean {
    const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (this.#calls > 0 && size <= this.#bytes) {
      this.#bytes -= size;
      return true;
    }
    this.#leftOut.set(variant, (this.#leftOut.get(variant) ?? 0) + 1);
    return false;
  }

  /** Calls that the tree of a profile has. */
  take(calls: number): void {
    this.#calls -= calls;
  }

  /** @param where they are left out: `the flamegraph`. */
  problems(where: string): Warning[] {
    return [...this.#leftOut].map(([variant, files]) =>
      warningOf({
        code: 'profiles-left-out',
        message: `${formatPlural(files, 'profile')} of ${variant} ${files === 1 ? 'is' : 'are'} left out of ${where}: a page is drawn from ${MAX_BYTES / 2 ** 30} GiB of profiles and ${formatCount(MAX_CALLS)} calls`,
        variant: null,
      }),
    );
  }
}
