import { readFile, stat } from 'node:fs/promises';
import { build } from 'esbuild';

/** How a module gives a function to others: by name, as its default, or as a member of a CommonJS `module.exports`. */
type ExportKind = 'named' | 'default' | 'member';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Larger files are not hand-written sources, bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** How a file exports a function, as far as its text says; null if it does not, or can't be read. Nothing is run. */
export async function exportedAs(file: string, name: string): Promise<ExportKind | null> {
  if (!IDENTIFIER.test(name) || !/\.[cm]?[jt]s$/.test(file)) return null;
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_BYTES) return null;
    const options = {
      bundle: false,
      format: 'esm',
      metafile: true,
      write: false,
      logLevel: 'silent',
    } as const;
    const { metafile } = await build({ entryPoints: [file], ...options });
    const exports = Object.values(metafile.outputs).flatMap((output) => output.exports);
    if (exports.includes(name)) return 'named';
    const text = await readFile(file, 'utf8');
    const escaped = name.replaceAll('$', '\\$');
    const has = (pattern: string): boolean => new RegExp(pattern, 'u').test(text);
    const isDefault = `export\\s+default\\s+(async\\s+)?(function\\s*\\*?\\s*)?${escaped}(?![\\w$])|[{,]\\s*${escaped}\\s+as\\s+default`;
    if (has(isDefault)) return 'default';
    // esbuild gives a CommonJS module a default export.
    if (exports.some((each) => each !== 'default')) return null;
    if (has(`module\\.exports\\s*=\\s*((async\\s+)?function\\s+)?${escaped}(?![\\w$])`)) return 'default';
    const isMember = `exports\\.${escaped}\\s*=|module\\.exports\\s*=\\s*\\{[^}]*(?<![\\w$])${escaped}(?![\\w$])`;
    return has(isMember) ? 'member' : null;
  } catch {
    return null;
  }
}

/** A workload file that calls an exported function: it does not load until somebody fills in the arguments. */
export function scaffoldText(name: string, module: string, kind: ExportKind): string {
  const from = JSON.stringify(module);
  const imported = {
    named: `import { ${name} } from ${from};`,
    default: `import ${name} from ${from};`,
    member: `import module from ${from};`,
  }[kind];
  const called = kind === 'member' ? `module.${name}` : name;
  return `import { defineWorkload } from 'threadmill';
${imported}

// Fill in the arguments of ${name}, one list for each job: [['a', 1], ['b', 2]].
const calls = [];
if (calls.length === 0) throw new Error('Fill in \`calls\` in this workload: the arguments of ${name}.');

export default defineWorkload({
  name: '${name}',
  jobs: calls,
  run: (job) => ${called}(...job.input),
});
`;
}
