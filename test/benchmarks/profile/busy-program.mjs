/**
 * Work for one thread that is all CPU, in many different stacks, as real programs have them: nested text is made,
 * parsed, walked, printed and compared, for as many seconds of CPU time as the first argument says. Writes the time at which
 * it ended, ms since 1970, into the file that the second argument names.
 */
import { writeFileSync } from 'node:fs';

const [, , seconds, endFile] = process.argv;
let state = 1;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
};

const makers = { list: makeList, record: makeRecord, text: makeText, number: makeNumber };
function makeValue(depth) {
  const kinds = depth > 0 ? ['list', 'record', 'text', 'number'] : ['text', 'number'];
  return makers[kinds[Math.floor(random() * kinds.length)]](depth - 1);
}
function makeList(depth) {
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => makeValue(depth));
}
function makeRecord(depth) {
  const entries = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) => [`k${i}`, makeValue(depth)]);
  return Object.fromEntries(entries);
}
function makeText() {
  return Math.floor(random() * 1e9).toString(36);
}
function makeNumber() {
  return Math.floor(random() * 1e6);
}

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }
  value() {
    const char = this.text[this.at];
    if (char === '[') return this.list();
    if (char === '{') return this.record();
    if (char === '"') return this.string();
    return this.number();
  }
  list() {
    const found = [];
    this.at++;
    while (this.text[this.at] !== ']') {
      found.push(this.value());
      if (this.text[this.at] === ',') this.at++;
    }
    this.at++;
    return found;
  }
  record() {
    const found = {};
    this.at++;
    while (this.text[this.at] !== '}') this.entry(found);
    this.at++;
    return found;
  }
  entry(found) {
    const key = this.string();
    this.at++;
    found[key] = this.value();
    if (this.text[this.at] === ',') this.at++;
  }
  string() {
    const end = this.text.indexOf('"', this.at + 1);
    const found = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return found;
  }
  number() {
    const from = this.at;
    while (/[\d.-]/.test(this.text[this.at] ?? '')) this.at++;
    return Number(this.text.slice(from, this.at));
  }
}

const walkers = { object: walkObject, string: walkString, number: walkNumber };
function walk(value) {
  return walkers[typeof value](value);
}
function walkObject(value) {
  return Object.values(value).reduce((sum, each) => sum + walk(each), 0);
}
function walkString(value) {
  let hash = 0;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 16_777_619);
  return hash >>> 16;
}
function walkNumber(value) {
  return Math.sqrt(value);
}

function print(value, indent = '') {
  if (Array.isArray(value)) return printList(value, indent);
  if (typeof value === 'object') return printRecord(value, indent);
  return `${value}`;
}
function printList(value, indent) {
  return value.map((each) => `\n${indent}- ${print(each, `${indent}  `)}`).join('');
}
function printRecord(value, indent) {
  const keys = Object.keys(value).sort(compareBackwards);
  return keys.map((key) => `\n${indent}${key}: ${print(value[key], `${indent}  `)}`).join('');
}
function compareBackwards(a, b) {
  return a < b ? 1 : -1;
}

const limitUs = Number(seconds) * 1e6;
let checked = 0;
// Seconds of CPU: on a busy machine those of the clock would be less work.
while (process.cpuUsage().user < limitUs) {
  const made = makeValue(18);
  const text = JSON.stringify(made);
  const parsed = new Parser(text).value();
  if (print(parsed) !== print(made)) throw new Error('not what was made');
  checked += walk(parsed);
}
if (Number.isNaN(checked)) throw new Error('not a number');
if (endFile !== undefined) writeFileSync(endFile, String(Date.now()));
