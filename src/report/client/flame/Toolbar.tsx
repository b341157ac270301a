import type { ComponentChildren } from 'preact';
import { Check, Choice } from './controls.tsx';
import type { FlameChoices } from './use-flame-choices.ts';

interface Props {
  readonly label: string;
  readonly threads: readonly string[];
  readonly choices: FlameChoices;
  readonly hasJobs: boolean;
  readonly children: ComponentChildren;
}

export function Toolbar({ label, threads, choices, hasJobs, children }: Props) {
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
          ['top-down', 'callers first: what it calls'],
          ['bottom-up', 'functions first: who calls them'],
        ]}
        onChange={set.direction}
      />
      <Choice
        label="Amounts"
        name="unit"
        value={unit}
        options={[
          ['share', 'share'],
          ['time', 'time'],
          ...(hasJobs ? [['job', 'time per job'] as const] : []),
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
      <Check label="Collapse recursion" name="recursion" checked={collapsed} onChange={set.collapsed} />
      <Check label="Show idle" name="idle" checked={showIdle} onChange={set.showIdle} />
      {children}
    </fieldset>
  );
}
