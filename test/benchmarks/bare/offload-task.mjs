import { collectWhenTold } from './collect.mjs';
import { totalsOf } from './json-totals.mjs';

collectWhenTold();

export default (bytes) => totalsOf(Buffer.from(bytes).toString('utf8'));
