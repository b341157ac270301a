/** Calls `end` when the parent is gone, at once if it already is. Without a channel there is no parent to wait for. */
export function onParentGone(end: () => void): void {
  process.once('disconnect', end);
  if (process.send !== undefined && !process.connected) end();
}
