/** The list of sections that opens on a small screen closes again when one of them is chosen, or with Escape. */
export function closeContentsAfterUse(): void {
  const list = document.querySelector<HTMLDetailsElement>('.contents details');
  list?.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLAnchorElement) list.open = false;
  });
  list?.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !list.open) return;
    list.open = false;
    list.querySelector('summary')?.focus();
  });
}
