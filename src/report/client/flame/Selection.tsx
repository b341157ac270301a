import type { Description } from './look.ts';

/** The chosen box in words, for everybody and for screen readers first of all. */
export function Selection({ description }: { readonly description: Description | null }) {
  return (
    <p class="flame-selection" aria-live="polite">
      {description === null ? (
        <span class="quiet">
          Click or tap a box to zoom in; Escape goes back. With the keyboard: arrow keys, Enter, and / to
          search.
        </span>
      ) : (
        <>
          <b>{description.name}</b> {description.place}{' '}
          {description.facts
            .filter(([label]) => label !== 'kind')
            .map(([label, value]) => (
              <span key={label} class="fact">
                {label} {value}{' '}
              </span>
            ))}
        </>
      )}
    </p>
  );
}
