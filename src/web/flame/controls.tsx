import type { RefObject } from 'preact';
import { formatPlural, formatShare } from '../../core/format.ts';
import { useUniqueId } from '../use-unique-id.ts';
import type { Matches, Query } from './search.ts';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly name: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly onChange: (value: Value) => void;
  /** Whether the label is visible, for options that do not explain themselves. */
  readonly labelled?: boolean;
}

export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, name, value, options, onChange, labelled = false } = props;
  return (
    <label>
      {labelled && <span>{label}</span>}
      <select
        name={name}
        aria-label={labelled ? undefined : label}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([option]) => option === currentTarget.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CheckProps {
  readonly label: string;
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Check({ label, name, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface SearchProps {
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly searchBox: RefObject<HTMLInputElement | null>;
  readonly query: Query;
  readonly matches: Matches | null;
  /** What shares of what was found are of. */
  readonly all: number;
}

export function Search({ search, onSearch, searchBox, query, matches, all }: SearchProps) {
  const id = useUniqueId();
  return (
    <div class="search">
      <input
        ref={searchBox}
        type="search"
        name="search"
        aria-label="Search functions and files"
        aria-describedby={id}
        placeholder="Search, or /regex/"
        spellcheck={false}
        autocomplete="off"
        value={search}
        onInput={({ currentTarget: { value } }) => onSearch(value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || search === '') return;
          event.preventDefault();
          onSearch('');
        }}
      />
      <output id={id}>
        <Found query={query} matches={matches} all={all} />
      </output>
    </div>
  );
}

/** Amount of the matches. */
export function Found({ query, matches, all }: Pick<SearchProps, 'query' | 'matches' | 'all'>) {
  if (query.kind === 'invalid') return <span class="bad">{query.problem}</span>;
  if (matches === null) return null;
  if (matches.functions === 0) return <>no match</>;
  return (
    <>
      <b class="found">{formatShare(all > 0 ? matches.amount / all : null)}</b> matched in{' '}
      {formatPlural(matches.functions, 'function')}
    </>
  );
}
