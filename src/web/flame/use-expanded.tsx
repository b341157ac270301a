import { useEffect, useRef } from 'preact/hooks';

interface Options {
  /** What the block is called. */
  readonly label: string;
  readonly expanded: boolean;
  readonly onExpanded: (expanded: boolean) => void;
  /** Handles keys that nothing within the block has handled. */
  readonly onKey?: (event: KeyboardEvent) => void;
}

/**
 * Lets a block fill the window. Nothing else can be reached meanwhile; Escape ends it, unless handled within the block.
 * `block` has the props of its element, `button` toggles it.
 */
export function useExpanded({ label, expanded, onExpanded, onKey }: Options) {
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!expanded) return;
    const behind: Element[] = [];
    for (let at: Element | null = box.current; at !== null && at !== document.body; at = at.parentElement) {
      for (const beside of at.parentElement?.children ?? []) {
        if (beside !== at && !beside.hasAttribute('inert')) behind.push(beside);
      }
    }
    for (const each of behind) each.setAttribute('inert', '');
    return () => {
      for (const each of behind) each.removeAttribute('inert');
      box.current?.scrollIntoView({ block: 'nearest' });
    };
  }, [expanded]);
  return {
    block: {
      ref: box,
      class: expanded ? 'flame expanded' : 'flame',
      role: expanded ? 'dialog' : 'group',
      'aria-modal': expanded || undefined,
      'aria-label': label,
      onKeyDown: (event: KeyboardEvent): void => {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'Escape' && expanded) {
          onExpanded(false);
          button.current?.focus();
        } else onKey?.(event);
      },
    } as const,
    button: (
      <button
        ref={button}
        type="button"
        class="flame-expand"
        aria-pressed={expanded}
        onClick={() => onExpanded(!expanded)}
      >
        {expanded ? 'Close' : 'Expand'}
      </button>
    ),
  };
}
