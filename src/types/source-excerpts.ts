import { z } from 'zod';

/**
 * `<variant>/threads/sources.json`: those lines of the user's own files in which samples were taken, with some
 * around them, as they were when the profile was taken. A report is drawn from the run folder alone, and the
 * files may have changed by then.
 */
export const sourceExcerptsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  files: z.array(
    z.strictObject({
      /** As frames are shown: relative to the workload's project. */
      file: z.string(),
      /** Stretches of lines in order, not touching; `first` is 1-based. Secrets are hidden, long lines cut. */
      parts: z.array(z.strictObject({ first: z.int().positive(), lines: z.array(z.string()) })),
    }),
  ),
});
export type SourceExcerpts = z.infer<typeof sourceExcerptsSchema>;
