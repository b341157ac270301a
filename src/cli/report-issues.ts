import type { RunRecord } from '../core/documents/run-record.ts';
import { messageOf } from '../core/errors.ts';
import type { Display } from './progress/display.ts';
import type { Published } from './publish.ts';
import { complaintText } from './report-error.ts';

/** One message for what of report, index and `latest` could not be written; not where the record itself was not saved. */
export function reportIssues(
  { problems }: Published,
  { failure }: Pick<RunRecord, 'failure'>,
  kind: 'run' | 'sweep',
  display: Pick<Display, 'print'>,
): void {
  if (problems.length === 0 || failure?.code.startsWith('output-')) return;
  const what = problems.map((problem) => problem.what).join(' and ');
  const why = [...new Set(problems.map(({ thrown }) => messageOf(thrown)))].join('; ');
  display.print(
    complaintText({
      message: `${what} could not be written: ${why}`,
      advice: `The ${kind} itself is saved: \`threadmill report\` draws the report again.`,
    }),
  );
}
