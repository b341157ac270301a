import { formatHash, parseHash } from './hash.ts';

/** Browsers limit how often an address may be replaced: WebKit to 100 times in 30 s, the others to more. */
const WRITE_EVERY_MS = 320;
/** History entries that were written here carry it. */
const SEEN = { threadmill: true } as const;

/**
 * The page's state by key, in the hash of its address; entries are replaced, so that the back button leaves the page.
 * Keys are `<island>.<id>.<what>`. A plain anchor, `#summary`, keeps the state; any other address is all there is to
 * it.
 */
class HashStore {
  #anchor: string | null;
  #entries: Map<string, string>;
  readonly #listeners = new Map<string, Set<() => void>>();
  #due: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    const { anchor, entries } = parseHash(location.hash);
    this.#anchor = anchor;
    this.#entries = new Map(entries);
    history.replaceState(SEEN, '');
    addEventListener('hashchange', () => this.#follow());
    addEventListener('pagehide', () => this.#write());
  }

  get(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }

  /** Null takes it out. */
  set(key: string, value: string | null): void {
    if (this.get(key) === value) return;
    // Anew, so that what was changed last comes last.
    this.#entries.delete(key);
    if (value !== null) this.#entries.set(key, value);
    this.#due ??= setTimeout(() => this.#write(), WRITE_EVERY_MS);
    for (const listener of this.#listeners.get(key) ?? []) listener();
  }

  subscribe(key: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** What a link leads to: its anchor, or else the key that was changed last. */
  get target(): { readonly anchor: string | null; readonly key: string | null } {
    return { anchor: this.#anchor, key: [...this.#entries.keys()].at(-1) ?? null };
  }

  #follow(): void {
    const { anchor, entries } = parseHash(location.hash);
    this.#anchor = anchor;
    const isNew = (history.state as typeof SEEN | null)?.threadmill !== true;
    if (isNew && entries.size === 0) {
      this.#write();
      return;
    }
    this.#cancel();
    const before = this.#entries;
    this.#entries = new Map(entries);
    history.replaceState(SEEN, '');
    for (const [key, listeners] of this.#listeners) {
      if (before.get(key) !== this.#entries.get(key)) for (const listener of listeners) listener();
    }
  }

  #write(): void {
    this.#cancel();
    const hash = formatHash({ anchor: this.#anchor, entries: this.#entries });
    history.replaceState(SEEN, '', hash === '' ? `${location.pathname}${location.search}` : hash);
  }

  #cancel(): void {
    if (this.#due !== null) clearTimeout(this.#due);
    this.#due = null;
  }
}

export const hashStore = new HashStore();
