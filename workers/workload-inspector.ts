/** The process that loads a workload for the first time; see src/runner/inspect-workload.ts. */
import { type InspectRequest, inspectWorkload } from '../src/runner/inspect-workload.ts';

process.on('disconnect', () => process.exit(0));
process.once('message', (request: InspectRequest) => {
  void inspectWorkload(request).then((reply) => process.send?.(reply));
});
