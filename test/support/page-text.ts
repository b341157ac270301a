const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What a page says, without its script and styles: a line for each heading, paragraph, item, row and label. */
export function pageText(page: string): string {
  return page
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replace(/\s+/g, ' ')
    .replace(/<\/t[dh]>/g, ' | ')
    .replace(
      /<(?:\/?(?:h\d|p|li|tr|caption|div|section|summary|details|table|dt|dd|figure)|\/?text|br)\b[^>]*>/g,
      '\n',
    )
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]!)
    .split('\n')
    .map((line) => line.replace(/[ |]+$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}
