import assert from 'node:assert/strict';

/** A message for people: its wording is free, but it names each of these. */
export function assertNames(message: string, ...facts: readonly (string | RegExp)[]): void {
  const absent = facts.filter((fact) =>
    typeof fact === 'string' ? !message.includes(fact) : !fact.test(message),
  );
  assert.deepEqual(absent, [], message);
}
