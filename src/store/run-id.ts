import { randomInt } from 'node:crypto';

const RANDOM_LENGTH = 4;

/** What the folder of a run, of a sweep or of a recording is called. Ids sort by time as text does. */
export const RUN_ID_PATTERN = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(?:sweep-|rec-)?[0-9a-z]{4,}$/;

/** `20261122T091700Z-x7k2`: UTC time to the second, and a random part that tells simultaneous runs apart. */
export function newRunId(now: Date): string {
  return newId(now, '');
}

/** `20261122T091700Z-sweep-x7k2`: as of a run, but visibly different. */
export function newSweepId(now: Date): string {
  return newId(now, 'sweep-');
}

/** `20261122T091700Z-rec-x7k2`. */
export function newRecordingId(now: Date): string {
  return newId(now, 'rec-');
}

function newId(now: Date, kind: string): string {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  const random = randomInt(36 ** RANDOM_LENGTH)
    .toString(36)
    .padStart(RANDOM_LENGTH, '0');
  return `${time}-${kind}${random}`;
}

export function isSweepId(id: string): boolean {
  return RUN_ID_PATTERN.test(id) && id.includes('-sweep-');
}

export function isRecordingId(id: string): boolean {
  return RUN_ID_PATTERN.test(id) && id.includes('-rec-');
}

/** The time within an id, ms since 1970; null if it is no id. */
export function timeOfRunId(id: string): number | null {
  const parts = RUN_ID_PATTERN.exec(id);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? null : time;
}
