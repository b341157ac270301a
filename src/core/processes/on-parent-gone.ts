/**
 * Calls `end` when the process that started this one, with a channel for messages, is gone; at once if it is gone
 * already: its end may have been noticed while modules were loaded, when nobody listened. A process that was
 * started without a channel has no parent to wait for.
 */
export function onParentGone(end: () => void): void {
  process.once('disconnect', end);
  if (process.send !== undefined && !process.connected) end();
}
