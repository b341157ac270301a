import { median } from '../statistics/quantile.ts';
import { addOutcomes, failedCount, noOutcomes, OUTCOMES } from '../types/outcomes.ts';
import type { RunRecord, VariantRecord, Warning } from '../types/run-record.ts';

/** Beyond this share of its time a server's queue, and not the client, sets the pace. */
const SATURATED = 0.9;

/** Of all CPUs together: on two of them, one fifth of one. */
const BUSY_SHARE = 0.1;

/** What the record itself shows that a reader should know before believing its figures. Pure. */
export function warningsOf(record: RunRecord): Warning[] {
  const { equivalence, spec, environment } = record;
  const warnings = record.variants.flatMap((variant) => warningsOfVariant(variant, spec.jobs));
  if (equivalence.mismatches > 0) {
    warnings.push({
      code: 'responses-differ',
      message: `${equivalence.mismatches} of ${equivalence.compared} results differ from those of ${equivalence.baseline}`,
      advice:
        'The variants did not do the same work, so their times are not comparable. If results differ by nature (times, ids), leave those out with `digest`.',
      variant: null,
    });
  }
  const threads = Math.max(...record.variants.map((variant) => variant.threads));
  if (threads > environment.cpus) {
    warnings.push({
      code: 'more-threads-than-cpus',
      message: `${threads} worker threads share ${environment.cpus} CPUs`,
      advice: 'CPU work gains nothing from threads beyond the CPUs; lower --workers.',
      variant: null,
    });
  }
  if (environment.backgroundLoad > BUSY_SHARE) {
    warnings.push({
      code: 'machine-busy',
      message: `other programs used ${Math.round(environment.backgroundLoad * 100)}% of the machine’s CPU when the run began`,
      advice: 'Stop what else is running and repeat: it takes time from whichever variant is being timed.',
      variant: null,
    });
  }
  return warnings;
}

function warningsOfVariant(variant: VariantRecord, jobs: number): Warning[] {
  const warnings: Warning[] = [];
  const { name } = variant;
  const outcomes = variant.blocks.reduce((sum, block) => addOutcomes(sum, block.outcomes), noOutcomes());
  const failed = failedCount(outcomes);
  const planned = jobs * variant.blocks.length;
  if (failed > 0) {
    const kinds = OUTCOMES.filter((outcome) => outcome !== 'ok' && outcomes[outcome] > 0);
    warnings.push({
      code: 'jobs-failed',
      message: `${failed} of ${planned} jobs did not end ok: ${kinds.map((kind) => `${outcomes[kind]} ${kind}`).join(', ')}`,
      advice: 'Blocks with failures are left out of the comparison: a failed job is often a fast one.',
      variant: name,
    });
  }
  if (variant.state === 'lost') {
    warnings.push({
      code: 'runner-lost',
      message: `its runner ${variant.lostReason ?? 'ended'}`,
      advice: 'The rounds after that have no block of this variant. The runner’s own output is under logs/.',
      variant: name,
    });
  }
  const opened = variant.blocks.reduce((sum, block) => sum + (block.connectionsOpened ?? 0), 0);
  if (opened > 0 && failed === 0) {
    warnings.push({
      code: 'connections-in-block',
      message: `${opened} connections were opened within timed blocks`,
      advice:
        'Their handshakes are part of the times. The server closes connections early, or --no-keep-alive was given.',
      variant: name,
    });
  }
  const serverBusy = median(
    variant.blocks.flatMap(({ server }) => (server === null ? [] : [server.eventLoopUtilization])),
  );
  if (serverBusy !== null && serverBusy > SATURATED) {
    warnings.push({
      code: 'server-saturated',
      message: `the embedded server was busy for ${Math.round(serverBusy * 100)}% of a typical block`,
      advice:
        'The server sets the pace here, not the variant: give requests more latency, or test against a server of your own.',
      variant: name,
    });
  }
  return warnings;
}
