import type { ComparisonRecord } from '../../core/documents/run-record.ts';
import { aaFailed } from '../gates/exit-code.ts';
import { type Check, change, percent } from './finding.ts';

export const aaArm: Check = (record) => {
  const { aa } = record;
  if (aa === null) return [];
  const { name } = aa.arm;
  const { comparison } = aa;
  const ratio = comparison?.ratio ?? null;
  if (aaFailed(record) && ratio !== null) {
    const interval = `95% CI ${change(1 / ratio.high - 1)} to ${change(1 / ratio.low - 1)}`;
    return [
      {
        code: 'aa-failed',
        message: `the A/A test failed: ${name} differs from itself by ${change(1 / ratio.estimate - 1)} (${interval})`,
      },
    ];
  }
  if (comparison?.verdict === 'no-difference') return [];
  return [
    {
      code: 'aa-inconclusive',
      message: `the A/A test is inconclusive: ${whyInconclusive(comparison)}`,
    },
  ];
};

function whyInconclusive(comparison: ComparisonRecord | null): string {
  const effect = comparison?.minimumDetectableEffect ?? null;
  const seen =
    effect === null ? '' : `; only a difference of ${percent(effect / 100)} would have been detected`;
  switch (comparison?.reason) {
    case 'interval-and-test-disagree':
      return `its interval and its test disagree${seen}`;
    case 'too-noisy':
      return `its rounds differ too much${seen}`;
    default:
      return `${comparison?.rounds ?? 0} rounds are too few, ${comparison?.minRounds ?? 'more'} are needed`;
  }
}
