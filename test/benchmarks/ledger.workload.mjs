import { defineWorkload } from 'threadmill';
import { ledgerValue } from './ledger-value.ts';

const value = ledgerValue(process.env.LEDGER_KIND);

/** Each job is handed the value, and returns it. */
export default defineWorkload({
  name: 'ledger',
  jobs: Array.from({ length: 100 }, () => value),
  jobName: () => 'value',
  run: ({ input }) => input,
  digest: () => 0,
});
