import { setTimeout as pause } from 'node:timers/promises';

const ROUNDS = 1_000_000;

/** A wait of 2 ms, and about 1 ms of CPU that is the same each time. */
export async function work(position) {
  await pause(2);
  let sum = position;
  for (let i = 0; i < ROUNDS; i++) sum = Math.imul(sum ^ i, 31);
  return { sum };
}
