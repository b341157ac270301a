import { GATE_MARKS, gateText } from '../../analysis/gates/wording.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { GateResult } from '../../core/documents/comparison.ts';
import { type Style, wrapText } from './style.ts';

export function gateLines(gates: readonly GateResult[], width: number, style: Style): string[] {
  const colours = { failed: style.red, passed: style.green, inconclusive: style.yellow };
  return gates.flatMap((gate) => {
    const [first = '', ...more] = wrapText(
      `${GATE_MARKS[gate.outcome]} ${cleanText(gate.expression)} – ${gateText(gate)}`,
      width,
      '',
      '    ',
    );
    return [colours[gate.outcome](first), ...more];
  });
}
