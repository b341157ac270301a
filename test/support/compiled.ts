import { fileURLToPath } from 'node:url';

/** The compiled command line. */
export const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
