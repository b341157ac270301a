/**
 * Many small database queries: each job looks up 50 rows by their key in SQLite, whose calls in Node are synchronous.
 * Every thread has a connection of its own, here to a copy in memory. Needs Node 22.13 or newer.
 *
 *   threadmill bench --workload examples/sqlite.ts
 */
import { defineWorkload } from 'threadmill';

interface Statement {
  get(...values: readonly number[]): unknown;
  run(...values: readonly (number | string)[]): unknown;
}
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
}
interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database;
}

const ROWS = 10_000;
const QUERIES = 50;
let byId: Statement;

export default defineWorkload({
  name: 'sqlite',
  jobs: 2_000,
  setup: async () => {
    // A name that the bundler and older compilers need not know.
    const name = 'node:sqlite';
    const { DatabaseSync } = await (import(name) as Promise<Sqlite>).catch(() => {
      throw new Error(`node:sqlite is not part of Node ${process.version}: use Node 22.13 or newer`);
    });
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); BEGIN');
    const insert = database.prepare('INSERT INTO items VALUES (?, ?)');
    for (let id = 0; id < ROWS; id++) insert.run(id, `item ${id}`);
    database.exec('COMMIT');
    byId = database.prepare('SELECT name FROM items WHERE id = ?');
  },
  run: ({ position }) =>
    Array.from({ length: QUERIES }, (_, i) => {
      const { name } = byId.get((position * 7_919 + i * 104_729) % ROWS) as { name: string };
      return name.length;
    }).reduce((sum, length) => sum + length, 0),
});
