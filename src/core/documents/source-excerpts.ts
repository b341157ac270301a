import { z } from 'zod';
import { wholeWithin } from './numbers.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** Files, stretches of a file, and lines of a stretch: the capture keeps some 300 lines of each variant, and those around. */
const MAX_ENTRIES = 3_000;

/** Sampled lines of the user's files with some around them, saved because the files may change before a report is drawn. */
export const sourceExcerptsSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  files: z
    .array(
      z.strictObject({
        /** As frames are shown: relative to the workload's project. */
        file: z.string(),
        /** Stretches of lines in order, not touching; `first` is 1-based. Secrets are hidden, long lines cut. */
        parts: z
          .array(
            z.strictObject({ first: wholeWithin(1, 2 ** 31), lines: z.array(z.string()).max(MAX_ENTRIES) }),
          )
          .max(MAX_ENTRIES),
      }),
    )
    .max(MAX_ENTRIES),
});
export type SourceExcerpts = z.infer<typeof sourceExcerptsSchema>;
