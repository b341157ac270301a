import { checkFailed } from '../../gate/exit-code.ts';
import { type Check, change, percent } from './finding.ts';

/** The A/A arm (`--check`): what it says of everything else. */
export const checkArm: Check = (record) => {
  const { check } = record;
  if (check === null) return [];
  const { name } = check.arm;
  const { comparison } = check;
  const ratio = comparison?.ratio ?? null;
  if (checkFailed(record) && ratio !== null) {
    const interval = `95% interval ${change(1 / ratio.high - 1)} to ${change(1 / ratio.low - 1)}`;
    return [
      {
        code: 'check-failed',
        message: `${name}, run twice as if it were two variants, differs from itself by ${change(1 / ratio.estimate - 1)} (${interval})`,
        advice:
          'This run can’t tell its own noise from a difference, so nothing of it is to be relied on. Stop what else is running, make blocks longer (--jobs), and repeat.',
        variant: null,
      },
    ];
  }
  if (comparison?.verdict === 'no-difference') return [];
  const disagree = comparison?.reason === 'interval-and-test-disagree';
  const effect = comparison?.minimumDetectableEffect ?? null;
  const why = disagree
    ? `its interval and its test disagree${effect === null ? '' : `; it would have seen ${percent(effect / 100)}`}`
    : `${comparison?.rounds ?? 0} rounds are too few, ${comparison?.fewestRounds ?? 'more'} are needed`;
  return [
    {
      code: 'check-undecided',
      message: `whether ${name} comes out equal to itself could not be told: ${why}`,
      advice: 'Give it more rounds (--rounds), or more time (--max-time).',
      variant: null,
    },
  ];
};
