/** Folder of all runs, where nobody says otherwise. */
export const DEFAULT_OUT = 'profiles';
