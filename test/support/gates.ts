import assert from 'node:assert/strict';
import { type Gate, parseGate } from '../../src/analysis/gates/parse-gate.ts';

export function gateOf(expression: string): Gate {
  const parsed = parseGate(expression);
  assert.ok(!('known' in parsed), expression);
  return parsed;
}
