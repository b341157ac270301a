import { GATE_MARKS, gateText } from '../../analysis/gates/wording.ts';
import type { GateResult } from '../../core/documents/comparison.ts';
import { mdCode, mdText } from './markup.ts';

export function mdGates(gates: readonly GateResult[]): string {
  return gates
    .map((gate) => `- ${GATE_MARKS[gate.outcome]} ${mdCode(gate.expression)}: ${mdText(gateText(gate))}`)
    .join('\n');
}
