import { asRecords, asText } from '../../foreign/values.ts';
import {
  type DeclaredResource,
  type FieldRule,
  isEqual,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';
import { isSamePattern } from './pattern.ts';

/** PutRule sets all of them, and empties those that it does not name. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const WRITTEN = ['EventPattern', 'ScheduleExpression', 'State', 'Description'] as const;

function write({ name, fields }: DeclaredResource): ResourceRepair {
  const said = WRITTEN.flatMap((field) => {
    const value = fields[field] ?? undefined;
    if (value === undefined) return [];
    return [[field, field === 'EventPattern' ? (asText(value) ?? JSON.stringify(value)) : value] as const];
  });
  const input = Object.fromEntries(said);
  // What is neither declared nor said is emptied.
  const emptied = Object.fromEntries(WRITTEN.map((field) => [field, undefined]));
  return {
    kind: 'PutRule',
    name,
    input: { Name: name, ...input },
    sets: { ...emptied, State: 'ENABLED', ...input },
  };
}

const written = { repair: (rule: DeclaredResource) => [write(rule)] } satisfies Pick<FieldRule, 'repair'>;

/** What is declared of the targets is put; what is found beside it goes first, for a rule holds but five. */
function aim({ name, fields }: DeclaredResource, found: unknown): ResourceRepair[] {
  const [wanted, there] = [asRecords(fields['Targets']), asRecords(found)];
  const ids = wanted.map(({ Id }) => Id);
  const added = there.filter(({ Id }) => !ids.includes(Id));
  const kept = there.filter(({ Id }) => ids.includes(Id));
  const changed = wanted.filter((target) => !there.some((each) => isEqual(each, target)));
  return [
    ...(added.length > 0
      ? [
          {
            kind: 'RemoveTargets',
            name,
            input: { Rule: name, Ids: added.map(({ Id }) => Id) },
            sets: { Targets: kept },
          },
        ]
      : []),
    ...(changed.length > 0
      ? [{ kind: 'PutTargets', name, input: { Rule: name, Targets: changed }, sets: { Targets: wanted } }]
      : []),
  ];
}

/**
 * Rules of EventBridge on the default bus: they wake the guard. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
 */
export const rule: ResourceKind = {
  noun: 'rule',
  source: 'events.amazonaws.com',
  arn: ({ name }, { partition, region, account }) =>
    `arn:${partition}:events:${region}:${account}:rule/${name}`,
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-logging-monitoring.html
  tamperings: {
    DisableRule: { deed: 'disabled', story: 'was DISABLED', part: 'State', harm: 'lost' },
    EnableRule: { deed: 'enabled', story: 'was enabled', part: 'State', harm: 'minor' },
    DeleteRule: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    PutRule: { deed: 'rewritten', story: 'was REWRITTEN', part: 'all', harm: 'lost' },
    PutTargets: { deed: 'targets changed', story: 'had its TARGETS changed', part: 'Targets', harm: 'lost' },
    RemoveTargets: {
      deed: 'targets removed',
      story: 'had its TARGETS removed',
      part: 'Targets',
      harm: 'lost',
    },
  },
  naming: ['name', 'rule'],
  names: (declared, home) => [declared.name, rule.arn(declared, home)],
  create: (declared) => ({ ...write(declared), founds: true }),
  fields: {
    State: {
      harm: 'lost',
      repair: (declared, { state }) => {
        const { name, fields } = declared;
        const isDisabled = state['State'] === 'DISABLED' && fields['State'] === 'ENABLED';
        return isDisabled
          ? [{ kind: 'EnableRule', name, input: { Name: name }, sets: { State: 'ENABLED' } }]
          : [write(declared)];
      },
    },
    EventPattern: {
      mayBeAbsent: true,
      harm: 'lost',
      isAsGood: (declared, found) =>
        declared === null || declared === undefined
          ? found === null || found === undefined
          : isSamePattern(declared, found),
      ...written,
    },
    ScheduleExpression: { mayBeAbsent: true, harm: 'lost', ...written },
    Targets: { harm: 'lost', repair: (declared, { state }) => aim(declared, state['Targets']) },
    Description: { mayBeAbsent: true, harm: 'minor', ...written },
  },
};
