import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

type State = 'idle' | 'copied' | 'selected';

const SAID: Readonly<Record<State, string>> = { idle: 'Copy', copied: 'Copied', selected: 'Selected' };
const SAID_MS = 2_000;

/** A command with a button that copies it; where the browser does not allow that, it is selected instead. */
export function CopyText({ data }: { readonly data: string }): JSX.Element {
  const code = useRef<HTMLElement>(null);
  const [state, setState] = useState<State>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SAID_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(data);
      setState('copied');
    } catch {
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setState('selected');
    }
  };
  return (
    <span class="command">
      <code ref={code}>{data}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy: ${data}`}>
        {SAID[state]}
      </button>
      <span class="unseen" role="status">
        {state === 'idle' ? '' : SAID[state]}
      </span>
    </span>
  );
}
