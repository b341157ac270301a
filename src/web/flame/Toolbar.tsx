import type { ComponentChildren } from 'preact';
import { Check, Choice } from './controls.tsx';
import type { FlameChoices } from './use-flame-choices.ts';

interface Props {
  readonly label: string;
  readonly threads: readonly string[];
  readonly choices: FlameChoices;
  readonly noun: string;
  readonly hasJobs: boolean;
  /** Whether any of it is idle time. */
  readonly hasIdle: boolean;
  readonly children: ComponentChildren;
}

export function Toolbar({ label, threads, choices, noun, hasJobs, hasIdle, children }: Props) {
  const { thread, direction, icicle, unit, collapsed, showIdle, set } = choices;
  return (
    <fieldset class="toolbar" aria-label={`Flamegraph of ${label}: what it shows`}>
      {threads.length > 1 && (
        <Choice
          label="Threads"
          name="thread"
          value={thread}
          options={[
            ['levels', `all ${threads.length}, side by side`],
            ['one', `all ${threads.length} as one`],
            ...threads.map((name, index) => [String(index), name] as const),
          ]}
          onChange={set.thread}
        />
      )}
      <Choice
        label="Read"
        name="direction"
        value={direction}
        options={[
          ['top-down', 'callers first'],
          ['bottom-up', 'functions first'],
        ]}
        onChange={set.direction}
      />
      <Choice
        label="Amounts"
        name="unit"
        value={unit}
        options={[
          ['share', 'share'],
          ['sum', noun],
          ...(hasJobs ? [['job', `${noun} per job`] as const] : []),
        ]}
        onChange={set.unit}
      />
      <Choice
        label="Root"
        name="orientation"
        value={icicle ? 'icicle' : 'flame'}
        options={[
          ['icicle', 'on top'],
          ['flame', 'at the bottom'],
        ]}
        onChange={(value) => set.icicle(value === 'icicle')}
      />
      <span class="checks">
        <Check label="Collapse recursion" name="recursion" checked={collapsed} onChange={set.collapsed} />
        {hasIdle && <Check label="Show idle" name="idle" checked={showIdle} onChange={set.showIdle} />}
      </span>
      {children}
    </fieldset>
  );
}
