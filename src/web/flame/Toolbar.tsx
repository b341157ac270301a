import type { ComponentChildren } from 'preact';
import { Check, Choice } from './controls.tsx';
import type { FlameChoices, Order } from './use-flame-choices.ts';

interface Props {
  readonly label: string;
  readonly threads: readonly string[];
  readonly choices: FlameChoices;
  readonly noun: string;
  readonly hasJobs: boolean;
  /** Whether any of it is idle time. */
  readonly hasIdle: boolean;
  /** Whether the order of calls is known. */
  readonly hasTimeOrder: boolean;
  readonly children: ComponentChildren;
}

export function Toolbar(props: Props) {
  const { label, threads, choices, noun, hasJobs, hasIdle, hasTimeOrder, children } = props;
  const { thread, direction, icicle, unit, collapsed, showIdle, set } = choices;
  const inTime = direction === 'time';
  return (
    <fieldset class="toolbar" aria-label={`Flamegraph of ${label}: what it shows`}>
      {threads.length > 1 && (
        <Choice
          label="Threads"
          name="thread"
          value={thread}
          options={[
            ['levels', `${threads.length} threads, side by side`],
            ['one', `${threads.length} threads as one`],
            ...threads.map((name, index) => [String(index), name] as const),
          ]}
          onChange={set.thread}
        />
      )}
      <Choice<Order>
        label="Order"
        name="direction"
        value={direction}
        options={[
          ['top-down', 'callers first'],
          ['bottom-up', 'functions first'],
          ...(hasTimeOrder ? [['time', 'in time order'] as const] : []),
        ]}
        onChange={set.direction}
      />
      {!inTime && (
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
      )}
      {!inTime && (
        <details class="options">
          <summary>More</summary>
          <div>
            <Choice
              label="Root"
              name="orientation"
              value={icicle ? 'icicle' : 'flame'}
              options={[
                ['icicle', 'root on top'],
                ['flame', 'root at the bottom'],
              ]}
              onChange={(value) => set.icicle(value === 'icicle')}
            />
            <Check label="Collapse recursion" name="recursion" checked={collapsed} onChange={set.collapsed} />
            {hasIdle && <Check label="Show idle" name="idle" checked={showIdle} onChange={set.showIdle} />}
          </div>
        </details>
      )}
      {children}
    </fieldset>
  );
}
