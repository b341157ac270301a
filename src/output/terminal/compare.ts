import type { GateResult, RunComparison } from '../../core/documents/comparison.ts';
import { comparisonBlocks } from './comparison.ts';
import { gateLines } from './gates.ts';
import { styleFor } from './style.ts';
import { textOfBlocks, usableWidth } from './summary.ts';

export interface CompareOptions {
  readonly colour: boolean;
  readonly width: number;
  readonly details: boolean;
}

export function renderComparison(
  comparison: RunComparison,
  gates: readonly GateResult[],
  options: CompareOptions,
): string {
  const style = styleFor(options.colour);
  const width = usableWidth(options.width);
  return textOfBlocks([
    ...comparisonBlocks(comparison, width, style, options.details),
    gateLines(gates, width, style),
    options.details
      ? []
      : [
          style.dim(
            'Change: typical shift between the trials (Hodges–Lehmann), not the ratio of the\nmedians. --details prints speedups, CPU, start-up and memory.',
          ),
        ],
  ]);
}
