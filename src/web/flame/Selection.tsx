import type { Description } from './box-style.ts';

/** The chosen box in words, for everybody and for screen readers first of all. */
export function Selection({
  description,
  rank = null,
}: {
  readonly description: Description | null;
  /** Rank of its function by self amount. */
  readonly rank?: string | null;
}) {
  return (
    <p class="flame-selection" aria-live="polite">
      {description !== null && (
        <>
          <b>{description.name}</b> {description.place}{' '}
          {description.facts
            .filter(([label]) => label !== 'kind')
            .map(([label, value]) => (
              <span key={label} class="fact">
                {label} {value}{' '}
              </span>
            ))}
          {rank !== null && <span class="fact">rank by self {rank}</span>}
        </>
      )}
    </p>
  );
}
