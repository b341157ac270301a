import { relative } from 'node:path';

/**
 * A reporter for `node --test` that says once more, when all is done, which tests failed, and of what: in a log of
 * thousands of lines, of which only the end may have been kept, they are hard to find.
 */
export default async function* failures(source) {
  const failed = [];
  for await (const { type, data } of source) {
    if (type !== 'test:fail') continue;
    const { error } = data.details;
    // Of a suite whose tests failed there is nothing to say but that.
    if (error?.failureType === 'subtestsFailed') continue;
    const where = data.file === undefined ? '' : `${relative('', data.file)}: `;
    const why = String(error?.cause?.message ?? error?.message ?? '').replaceAll('\n', '\n    ');
    failed.push(`  ${where}${data.name}\n    ${why}\n`);
  }
  if (failed.length > 0) yield `\n${failed.length} failed:\n${failed.join('')}`;
}
