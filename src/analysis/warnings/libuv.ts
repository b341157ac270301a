import type { VariantRecord } from '../../core/documents/run-record.ts';
import { formatMs } from '../../core/format.ts';
import { type Check, findingsOf, percent, together } from './finding.ts';

/** A shorter trial says nothing: 100 ms. */
const MIN_LOOKS = 5;
/** Of the looks. */
const MOSTLY = 0.5;
/** A thread that is free answers in a tenth of it. */
const MIN_WAIT_MS = 1;

export const libuvSaturated: Check = ({ variants }) =>
  together(findingsOf(variants, saturation), {
    code: 'libuv-saturated',
    message: (found) =>
      `libuv’s thread pool was full, and fs, dns, crypto and zlib wait for each other: ${found}`,
  });

/** `4 of 4 libuv threads busy in 93% of the traced trial, and a file’s status waited 12 ms`; null if they were not. */
export function saturation({ trace }: Pick<VariantRecord, 'trace'>): string | null {
  const pool = trace?.uvPool ?? null;
  if (pool === null || pool.looks < MIN_LOOKS || pool.full < MOSTLY * pool.looks) return null;
  const { threads, looks, full, waitMs } = pool;
  if (waitMs === null || waitMs < MIN_WAIT_MS) return null;
  return `${threads} of ${threads} libuv threads busy in ${percent(full / looks)} of the traced trial, fs.stat waited ${formatMs(waitMs)}`;
}
