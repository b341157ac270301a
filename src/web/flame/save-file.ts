/** Saves what the page holds itself: nothing is fetched, and nothing leaves the machine. */
export function saveFile(fileName: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of it by then; at once would be too early in some.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
