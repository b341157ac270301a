import { defineWorkload } from 'threadmill';
import { work } from './bare/queue-work.mjs';

export default defineWorkload({ name: 'queue', jobs: 1_000_000, run: ({ position }) => work(position) });
