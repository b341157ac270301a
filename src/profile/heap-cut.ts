import { inspectorNodes } from './cut.ts';
import type { HeapProfile } from './heap-profile.ts';

/** Without what the profiler itself allocated below `node:inspector`, some 100 kB. Nodes keep their ids. */
export function withoutInspector<P extends HeapProfile>(profile: P): P {
  const { nodes, samples } = profile;
  const own = inspectorNodes(profile);
  if (!own.includes(1)) return profile;
  const place = new Int32Array(own.length);
  let kept = 0;
  for (let node = 0; node < own.length; node++) place[node] = own[node] === 1 ? -1 : kept++;
  const isKept = (_: number, node: number) => own[node] === 0;
  const isKeptSample = (_: number, sample: number) => own[samples.node[sample]!] === 0;
  return {
    ...profile,
    nodes: {
      id: nodes.id.filter(isKept),
      frame: nodes.frame.filter(isKept),
      // A node that is kept has a parent that is.
      parent: nodes.parent.filter(isKept).map((above) => (above < 0 ? -1 : place[above]!)),
      selfBytes: nodes.selfBytes.filter(isKept),
    },
    samples: {
      node: samples.node.filter(isKeptSample).map((node) => place[node]!),
      bytes: samples.bytes.filter(isKeptSample),
      ordinal: samples.ordinal.filter(isKeptSample),
    },
  };
}
