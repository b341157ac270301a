/** Markup that is known to be safe: made by `html` from literal text and escaped values. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Content = Markup | string | number | null | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Tagged template: every value is escaped unless it is markup itself; null shows nothing, lists are joined. */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(literals.reduce((sum, literal, i) => sum + sourceOf(values[i - 1]) + literal));
}

function sourceOf(content: Content): string {
  if (content === null || content === undefined) return '';
  if (content instanceof Markup) return content.source;
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return content.map(sourceOf).join('');
}

/** JSON that no HTML or script parser can take for anything but data. */
export function jsonForScript(data: unknown): Markup {
  const escaped = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Markup(escaped);
}
