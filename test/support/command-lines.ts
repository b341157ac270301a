import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MAIN = new URL('../../dist/src/cli/program.js', import.meta.url).href;

export interface EndedLine {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const DRIVER = `
  import { main } from ${JSON.stringify(MAIN)};
  const ended = [];
  for (const argv of JSON.parse(process.argv[1])) {
    const text = { stdout: '', stderr: '' };
    const own = {};
    for (const name of ['stdout', 'stderr']) {
      own[name] = process[name].write;
      process[name].write = (chunk, written) => {
        text[name] += chunk;
        written?.();
        return true;
      };
    }
    const code = await main(argv);
    Object.assign(process.stdout, { write: own.stdout });
    Object.assign(process.stderr, { write: own.stderr });
    ended.push({ code, ...text });
  }
  process.stdout.write(JSON.stringify(ended));`;

/** Runs the compiled command line for each of these, all in one process: to start one takes longer than most of them do. */
export async function commandLines(
  lines: readonly (readonly string[])[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<EndedLine[]> {
  const argv = ['--input-type=module', '-e', DRIVER, '--', JSON.stringify(lines)];
  const { stdout } = await promisify(execFile)(process.execPath, argv, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
  });
  return JSON.parse(stdout) as EndedLine[];
}
