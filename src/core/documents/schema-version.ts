/** Version of every document that Threadmill writes. In a file without zod, because measured processes import it. */
export const SCHEMA_VERSION = 2;
