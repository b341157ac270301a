import type { Command } from 'commander';
import { EXIT, EXIT_MEANINGS } from '../core/errors.ts';
import { VARIANT_FACTS, VARIANT_NAMES } from '../core/variants.ts';

/** What it does, and the command line that does it. */
type Examples = readonly (readonly [string, string])[];

export const MAIN_EXAMPLES: Examples = [
  ['Compare all variants (about 30 s)', 'threadmill bench'],
  ['Compare and profile them (several minutes)', 'threadmill profile'],
  ['Record every thread of any Node program', 'threadmill record -- node app.js'],
  ['Open the newest report', 'threadmill report'],
];

export const BENCH_EXAMPLES: Examples = [
  ['Fifty requests of 100 ms each', 'threadmill bench --jobs 50 --concurrency 50 --latency 100 --jitter 0'],
  [
    'Responses that take CPU, where threads win',
    'threadmill bench --latency 5 --cpu 20 --jobs 32 --workers 2',
  ],
  ['Your own server', 'threadmill bench --url http://localhost:3000'],
  [
    'Your own jobs, two variants only',
    'threadmill bench --workload jobs.ts --variants sequential,event-loop',
  ],
  ['Compare your change with main', 'threadmill bench --workload jobs.ts --against git:main'],
  ['Compare with an earlier run', 'threadmill bench --baseline 20261122T0917'],
  ['In CI', "threadmill bench --fail-if 'event-loop.wall > 200ms' --fail-if 'any.failed > 0'"],
  ['For a script', 'threadmill bench --json --quiet > run.json'],
];

export const PROFILE_EXAMPLES: Examples = [
  ['The default captures', 'threadmill profile'],
  ['All threads of one variant, quickly', 'threadmill profile --variants worker-pool --captures threads'],
  ['CPU work on each response', 'threadmill profile --cpu 20ms --latency 5ms'],
  ['All captures', 'threadmill profile --captures all'],
];

export const SWEEP_EXAMPLES: Examples = [
  ['How each variant scales (about two minutes)', 'threadmill sweep'],
  ['The CPU per response above which threads win', 'threadmill sweep --cpu 0,1..32 --latency 5'],
  ['The same at several concurrencies: a map', 'threadmill sweep --cpu 1..16 --concurrency 1,4,16,64'],
  ['How throughput grows with threads', 'threadmill sweep --workers 1..8 --cpu 10 --latency 5'],
  ['How a queue scales with its workers', 'threadmill sweep --queue-workers 1,2,4 --concurrency 8'],
];

export const RECORD_EXAMPLES: Examples = [
  ['A program with worker threads', 'threadmill record -- node app.js'],
  ['A test suite', 'threadmill record -- npm test'],
  ['Ten seconds of a running server', 'threadmill record --pid 1234'],
  ['Ten seconds of a server, from its start', 'threadmill record --duration 10s -- node server.js'],
  ['For a script', 'threadmill record --json -- node app.js > recording.json'],
];

export const SCAFFOLD_EXAMPLES: Examples = [
  ['A hot function of the newest recording', "threadmill scaffold --function 'src/parse.js#parse'"],
];

export const COMPARE_EXAMPLES: Examples = [
  ['The newest run against an earlier one', 'threadmill compare 20261122T0917 latest'],
  ['Fail if it is more than 3% slower', "threadmill compare main/run pr/run --fail-if 'regression > 3%'"],
  ['For a pull request', 'threadmill compare 20261122T0917 latest --markdown'],
  ['Two recordings', 'threadmill compare 20261122T101500Z-rec latest'],
];

export const HISTORY_EXAMPLES: Examples = [
  ['All workloads', 'threadmill history'],
  ['One workload', 'threadmill history orders'],
  ['For a spreadsheet', 'threadmill history --csv > history.csv'],
];

export const PRUNE_EXAMPLES: Examples = [
  ['List what would be deleted', 'threadmill prune --keep 50 --dry-run'],
  ['Keep the newest 50 of each workload', 'threadmill prune --keep 50'],
];

export const REPORT_EXAMPLES: Examples = [
  ['The newest run', 'threadmill report'],
  ['One run, by the start of its id', 'threadmill report 20261122T0917'],
  ['Draw it again without opening it', 'threadmill report latest --no-open'],
  ['A picture for a README', 'threadmill report latest --card --output docs/run.svg'],
  ['Two runs in one page', 'threadmill report --compare 20261122T0917 latest'],
  ['A profile by node --cpu-prof, DevTools or VS Code', 'threadmill report --cpuprofile app.cpuprofile'],
  [
    'Two profiles compared, per job',
    'threadmill report --cpuprofile before.cpuprofile after.cpuprofile --jobs 100',
  ],
];

export const EXPORT_EXAMPLES: Examples = [
  ['Every format, and what opens it', 'threadmill export --format list'],
  ['The newest run, for speedscope', 'threadmill export --format speedscope'],
  ['All threads and jobs on time axes, for Perfetto', 'threadmill export latest --format chrome-trace'],
  [
    'Two variants as a differential flame graph',
    'threadmill export --format folded-diff --variant event-loop,worker-pool --output - | flamegraph.pl > diff.svg',
  ],
];

export const SERVE_EXAMPLES: Examples = [
  ['Any free port', 'threadmill serve'],
  ['Slow, with varying latency', 'threadmill serve --port 3000 --latency 200ms --jitter 1'],
];

export const WORKER_EXAMPLES: Examples = [
  ['Four jobs at once, on this machine', 'threadmill worker --queue redis://queue:6379 --concurrency 4'],
  [
    'The run that it works for, on another machine',
    'threadmill bench --variants event-loop,distributed-queue --queue redis://queue:6379 --queue-workers external:1',
  ],
];

export function withVariants(command: Command): Command {
  const width = Math.max(...VARIANT_NAMES.map((name) => name.length));
  const lines = VARIANT_NAMES.map((name) => `  ${name.padEnd(width)}  ${VARIANT_FACTS[name].description}`);
  return command.addHelpText('after', `\nVariants:\n${lines.join('\n')}`);
}

export function withExamples(command: Command, examples: Examples): Command {
  const lines = examples.flatMap(([what, line]) => [`  ${what}:`, `    $ ${line}`]);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

export const EXIT_CODES_HELP = `
Exit codes (if several apply, the first of 1, 129, 130, 143, 2, 5, 99, 3, 4):
${(Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => `  ${String(EXIT[name]).padEnd(4)} ${EXIT_MEANINGS[name]}`).join('\n')}
`;
