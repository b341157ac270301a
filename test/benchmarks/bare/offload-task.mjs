import { totalsOf } from './json-totals.mjs';

export default (bytes) => totalsOf(Buffer.from(bytes).toString('utf8'));
