/** Of every document that Threadmill writes. Apart, as measured processes load no zod. */
export const SCHEMA_VERSION = 2;
