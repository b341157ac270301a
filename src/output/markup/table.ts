import { type Content, html } from './markup.ts';

/** Cells, of which the first names the row. */
type Row = readonly Content[];

interface TableOptions {
  /** Classes of the table. */
  readonly look?: string;
  readonly caption?: Content;
  readonly foot?: readonly Row[];
  /** Id of the heading that names the table. */
  readonly label?: string;
  readonly role?: 'group' | 'region';
  /** Columns of text instead of figures, by number from 0. */
  readonly texts?: readonly number[];
}

/** A table that scrolls sideways where there is no room for it. */
export function table(head: Row, rows: readonly Row[], options: TableOptions = {}): Content {
  const { look, caption, foot, label, role = 'group', texts = [] } = options;
  const textClass = (column: number) => (texts.includes(column) ? html` class="text"` : null);
  const rowOf = ([name, ...cells]: Row) =>
    html`<tr><th scope="row">${name}</th>${cells.map((cell, index) => html`<td${textClass(index + 1)}>${cell}</td>`)}</tr>`;
  return html`<div class="scroll" tabindex="0"${label === undefined ? null : html` role="${role}" aria-labelledby="${label}"`}><table${look === undefined ? null : html` class="${look}"`}>
${caption === undefined ? null : html`<caption>${caption}</caption>\n`}<thead><tr>${head.map((cell, column) => html`<th scope="col"${textClass(column)}>${cell}</th>`)}</tr></thead>
<tbody>${rows.map(rowOf)}</tbody>${foot === undefined ? null : html`\n<tfoot>${foot.map(rowOf)}</tfoot>`}
</table></div>`;
}
