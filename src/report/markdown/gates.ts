import type { GateResult } from '../../types/gate.ts';
import { GATE_MARKS, gateText } from '../changes/gate-wording.ts';
import { mdCode, mdText } from './markup.ts';

/** Each `--fail-if` as an item of a list; empty without any. */
export function mdGates(gates: readonly GateResult[]): string {
  return gates
    .map((gate) => `- ${GATE_MARKS[gate.outcome]} ${mdCode(gate.expression)}: ${mdText(gateText(gate))}`)
    .join('\n');
}
