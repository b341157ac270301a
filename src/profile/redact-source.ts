import { redactShapes, redactText } from '../redaction.ts';

const NAME = '[A-Za-z_$][\\w$]*';
const PATH = `${NAME}(?:\\??\\.${NAME})*`;

/**
 * Between a name and what is plainly code and no secret: a call or an index (`token = lexer.next(`), a type
 * (`token: string`), a comparison with a name or with punctuation (`token.type === '('`), an arrow.
 */
const BEFORE_CODE = new RegExp(
  [
    `[=:]\\s*(?=(?:await\\s+|new\\s+|\\(+)?${PATH}\\s*[([])`,
    `[=:]\\s*(?=(?:this|super)\\.)`,
    `:\\s*(?=(?:string|number|boolean|bigint|symbol|object|unknown|void|never)\\b)`,
    `:\\s*(?=[A-Z][\\w$]*\\s*[,)|&<[;={])`,
    `[=:]\\s*(?=(?:true|false|null|undefined)\\b|[({[]\\s*$)`,
    `(?:[!=]==?|[<>]=)\\s*(?=${PATH}(?![\\w$'"\`])|-?\\d|'[^'\\w]{0,4}'|"[^"\\w]{0,4}")`,
    '=>',
  ].join('|'),
  'g',
);

/** To its end, or to that of the line: so that no quote is looked at twice. */
const LITERAL = /'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`(?:[^`\\]|\\.)*`?/g;
/** With its quotes, long enough for a secret. */
const LONG = 8;

/**
 * A line of source without secrets. `redactText` hides whatever follows a telling name, which is half of a
 * program that has tokens of its own: what is plainly code stays. Any longer literal on such a line is hidden,
 * for it need not follow the name: `token = process.env.TOKEN ?? '…'`.
 */
export function redactSourceLine(line: string): string {
  const shown = redactText(line);
  if (shown === line) return line;
  const code = redactShapes(line);
  const withoutCode = code.replace(BEFORE_CODE, ' ');
  const kept = redactText(withoutCode) === withoutCode ? code : shown;
  return kept.replace(LITERAL, (literal) =>
    literal.length < LONG ? literal : `${literal[0]}***${literal[0]}`,
  );
}
