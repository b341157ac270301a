/** The rows of the repetition for the timeline and what they are, saved as those of the traced pass are. */
export const TIMELINE_ROWS = 'trace.bin';
export const TIMELINE_DESCRIPTION = 'trace.json';
/** There from the moment on at which the repetition begins, whatever becomes of it. */
export const TIMELINE_BEGUN = 'begun';
