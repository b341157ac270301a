import { defineWorkload } from 'threadmill';
import { ledgerValue } from './ledger-value.ts';

const kind = process.env.LEDGER_KIND;
const value = ledgerValue(kind);

/** Each job is handed the value, and returns it. */
export default defineWorkload({
  name: 'ledger',
  jobs: Array.from({ length: 100 }, () => value),
  jobName: () => 'value',
  run: ({ input }) => (kind === 'known' ? ledgerValue(kind) : input),
  digest: () => 0,
});
