import { cleanText } from '../../../../core/clean-text.ts';
import type { ClientRecord } from '../../../../core/documents/fairness.ts';
import type { RunRecord } from '../../../../core/documents/run-record.ts';
import { DIFFERENCE_NAMES } from '../../../../core/labels.ts';

/** An HTTP client of a run that compares them. */
export interface ClientRow extends Omit<ClientRecord, 'addedHeaders'> {
  /** Null: none. */
  readonly addedHeaders: string | null;
  /** In what it differs from the first, and what of that decides about times; null: in nothing. */
  readonly differs: string | null;
  readonly matters: string | null;
}

export const CLIENTS_NOTE =
  'All send the same requests over as many connections, without retries, redirects and time limits of their own. Bytes are of the bodies as they reach the workload.';

export function clientRows({ fairness }: RunRecord): ClientRow[] {
  const { clients, differences } = fairness ?? { clients: [], differences: [] };
  return clients.map((row) => {
    const own = differences.filter(({ variant }) => variant === row.variant);
    const names = (found: typeof own) =>
      found.length === 0 ? null : found.map(({ what }) => DIFFERENCE_NAMES[what]).join(', ');
    return {
      ...row,
      version: cleanText(row.version),
      addedHeaders: row.addedHeaders.length === 0 ? null : cleanText(row.addedHeaders.join(', ')),
      differs: names(own),
      matters: names(own.filter(({ matters }) => matters)),
    };
  });
}
