import { z } from 'zod';
import { CLIENT_NAMES } from '../clients.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { estimateSchema } from './estimate.ts';
import { figure } from './numbers.ts';

const MAX_HEADERS = 20;

const variant = z.enum(VARIANT_NAMES);

const clientSchema = z.strictObject({
  variant,
  client: z.enum(CLIENT_NAMES),
  /** Of its package, or of Node for a client that is a part of it. */
  version: z.string(),
  /** Names of the headers that it adds to a request, and that can't be left out. */
  addedHeaders: z.array(z.string()).max(MAX_HEADERS),
  /** Bodies with a content-encoding reach the workload decompressed, and that can't be turned off. */
  decompresses: z.boolean(),
  /** The traced pass has the phases of its requests. */
  tellsPhases: z.boolean(),
  /** What it costs: medians over the trials that count, with intervals. Null: no such trial. */
  jobsPerSecond: estimateSchema.nullable(),
  cpuMsPerJob: estimateSchema.nullable(),
  /** Medians of the trials’ latencies, ms. */
  latencyMs: estimateSchema.nullable(),
  /** Medians over the trials that count: open at once at the most, and opened. Null: no such trial. */
  connections: figure.nullable(),
  connectionsOpened: figure.nullable(),
  /** Of the bodies, as they reach the workload; the same medians. */
  bytesPerJob: figure.nullable(),
});
export type ClientRecord = z.infer<typeof clientSchema>;

const DIFFERENCES = [
  'connections',
  'connections-opened',
  'bytes',
  'headers',
  'decompression',
  'phases',
] as const;

/** What the clients of a run cost, and in what else they differ: the variants that compare clients, the first the baseline. */
export const fairnessSchema = z.strictObject({
  clients: z.array(clientSchema).max(CLIENT_NAMES.length),
  differences: z
    .array(
      z.strictObject({
        variant,
        what: z.enum(DIFFERENCES),
        /** It decides about times: neither of the two is called faster. */
        matters: z.boolean(),
      }),
    )
    .max(CLIENT_NAMES.length * DIFFERENCES.length),
});
export type Fairness = z.infer<typeof fairnessSchema>;
export type ClientDifference = Fairness['differences'][number];
