const widths = new Map<string, number>();
const MAX_WIDTHS = 20_000;

/** Width of a text in the context's font, px; remembered, because asking takes long. */
export function measure(context: CanvasRenderingContext2D, text: string): number {
  const key = `${context.font}\n${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size >= MAX_WIDTHS) widths.clear();
  const { width } = context.measureText(text);
  widths.set(key, width);
  return width;
}

/** The text, or its beginning and an ellipsis, or nothing if there is no room for two letters. */
export function fit(context: CanvasRenderingContext2D, text: string, room: number): string {
  const full = measure(context, text);
  if (full <= room) return text;
  let count = Math.floor((text.length * room) / full);
  while (count > 0 && measure(context, `${text.slice(0, count)}…`) > room) count -= 1;
  return count < 2 ? '' : `${text.slice(0, count)}…`;
}
