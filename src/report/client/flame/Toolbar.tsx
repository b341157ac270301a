import type { RefObject } from 'preact';
import { useId } from 'preact/hooks';
import type { FlameData } from '../../../types/flame.ts';
import { formatPlural, formatShare } from '../../format.ts';
import type { Matches, Query } from './search.ts';

interface Props {
  readonly flame: FlameData;
  /** Index into `flame.threads`; null: all. */
  readonly thread: number | null;
  readonly onThread: (thread: number | null) => void;
  readonly showIdle: boolean;
  readonly onShowIdle: (show: boolean) => void;
  readonly icicle: boolean;
  readonly onIcicle: (icicle: boolean) => void;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly searchBox: RefObject<HTMLInputElement | null>;
  readonly query: Query;
  readonly matches: Matches | null;
  readonly shownUs: number;
}

const ALL = 'all';

export function Toolbar(props: Props) {
  const { flame, showIdle, onShowIdle, icicle, onIcicle, search, onSearch, searchBox } = props;
  const id = useId();
  return (
    <fieldset class="toolbar" aria-label={`Flamegraph of ${flame.variant}: what it shows`}>
      {flame.threads.length > 1 && <ThreadChoice {...props} />}
      <label>
        <span>Root</span>
        <select
          name="orientation"
          value={icicle ? 'icicle' : 'flame'}
          onChange={({ currentTarget: { value } }) => onIcicle(value === 'icicle')}
        >
          <option value="icicle">on top</option>
          <option value="flame">at the bottom</option>
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          name="idle"
          checked={showIdle}
          onChange={({ currentTarget: { checked } }) => onShowIdle(checked)}
        />
        <span>Show idle</span>
      </label>
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
            if (event.key === 'Escape') onSearch('');
          }}
        />
        <output id={id}>
          <Found {...props} />
        </output>
      </div>
    </fieldset>
  );
}

function ThreadChoice({ flame, thread, onThread }: Pick<Props, 'flame' | 'thread' | 'onThread'>) {
  return (
    <label>
      <span>Thread</span>
      <select
        name="thread"
        value={thread === null ? ALL : String(thread)}
        onChange={({ currentTarget: { value } }) => onThread(value === ALL ? null : Number(value))}
      >
        <option value={ALL}>all {flame.threads.length}</option>
        {flame.threads.map(({ label, thread: number }, index) => (
          <option key={number} value={String(index)}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Found({ query, matches, shownUs }: Pick<Props, 'query' | 'matches' | 'shownUs'>) {
  if (query.kind === 'invalid') return <span class="bad">{query.problem}</span>;
  if (matches === null) return null;
  if (matches.functions === 0) return <>no match</>;
  return (
    <>
      <b class="found">{formatShare(shownUs > 0 ? matches.us / shownUs : null)}</b> matched in{' '}
      {formatPlural(matches.functions, 'function')}
    </>
  );
}
