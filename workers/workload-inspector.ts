/** The process that loads a workload for the first time; see src/runner/inspect-workload.ts. */
import { onParentGone } from '../src/core/processes/on-parent-gone.ts';
import { type InspectRequest, inspectWorkload } from '../src/runner/inspect-workload.ts';

onParentGone(() => process.exit(0));
process.once('message', (request: InspectRequest) => {
  void inspectWorkload(request).then((reply) => process.send?.(reply));
});
