import type { Difference } from '../../core/documents/comparison.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { BUILT_IN_WORKLOAD, specValue } from '../../core/documents/spec.ts';
import { loadText } from '../../core/labels.ts';
import { flagOf, OPTION_NAMES, type OptionName, optionOf, optionText } from '../../core/options.ts';
import { usesWorkers } from '../../core/variants.ts';

export interface Plan {
  readonly spec: RunRecord['spec'];
  readonly server: Pick<RunRecord['server'], 'kind' | 'url'>;
}

/** The arguments that give another run the same workload and server. */
export function workloadArguments({ spec: { workload }, server }: Plan): string[] {
  return [
    ...(workload.source === BUILT_IN_WORKLOAD ? [] : ['--workload', workload.source]),
    ...(server.kind === 'external' && server.url !== null ? ['--url', server.url] : []),
  ];
}

/** Differences in work that make times incomparable. Not the workload's code, which is what is compared. */
export function unlikeWork(before: Plan, after: Plan): (Difference & { readonly name?: OptionName })[] {
  const pooled = before.spec.variants.some((name) => usesWorkers(name) && after.spec.variants.includes(name));
  return [
    ...unlike(workOf(before), workOf(after)),
    ...unlikeOptions(before, after, 'must-agree').filter(({ name }) => pooled || name !== 'workers'),
  ];
}

function workOf({ spec: { workload, load }, server }: Plan): Record<string, string> {
  return {
    workload: workload.name,
    'items of the workload': String(workload.items),
    load: loadText(load),
    server: server.kind,
  };
}

/** Options that differ, of those with this role. Two values may read the same: then they are given in full. */
export function unlikeOptions(
  before: Pick<Plan, 'spec'>,
  after: Pick<Plan, 'spec'>,
  role: 'must-agree' | 'shown',
): (Difference & { readonly name: OptionName })[] {
  return OPTION_NAMES.flatMap((name) => {
    const { compared, label } = optionOf(name);
    const [one, other] = [specValue(before.spec, name), specValue(after.spec, name)];
    const [json, otherJson] = [one, other].map((value) => JSON.stringify(value));
    if (compared !== role || json === otherJson) return [];
    const texts = [one, other].map((value) => optionText(name, value) ?? 'not given');
    const [first, second] = texts[0] === texts[1] ? [json, otherJson] : texts;
    return [{ name, what: inSentence(label ?? flagOf(name)), before: first!, after: second! }];
  });
}

/** `Jobs in the plan` as `jobs in the plan`; `CPU` stays. */
function inSentence(label: string): string {
  return label.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
}

/** Entries of the same name whose text differs; what only one has is `none` in the other. */
export function unlike(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((what) => {
    const [one, other] = [before[what] ?? 'none', after[what] ?? 'none'];
    return one === other ? [] : [{ what, before: one, after: other }];
  });
}
