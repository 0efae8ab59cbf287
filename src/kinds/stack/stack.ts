import { asText } from '../../foreign/values.ts';
import type { ResourceKind } from '../resource.ts';

const PROTECTION = 'EnableTerminationProtection';

/** A template may write it as a text. */
const isOn = (value: unknown): boolean => value === true || value === 'true';

/**
 * The stack that the guard is deployed by. Who deletes it deletes all of the guard, watch too: that is told by the call, and by the alarms
 * that count what is missing. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
 */
export const stack: ResourceKind = {
  noun: 'stack',
  source: 'cloudformation.amazonaws.com',
  arn: ({ name }, { partition, region, account }) =>
    `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/*`,
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-api-logging-cloudtrail.html
  tamperings: {
    CreateStack: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
    DeleteStack: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    UpdateStack: { deed: 'updated', story: 'was updated', part: 'all', harm: 'minor' },
    ExecuteChangeSet: { deed: 'updated', story: 'was updated by a change set', part: 'all', harm: 'minor' },
    RollbackStack: { deed: 'rolled back', story: 'was rolled back', part: 'all', harm: 'minor' },
    ContinueUpdateRollback: { deed: 'rolled back', story: 'was rolled back', part: 'all', harm: 'minor' },
    CancelUpdateStack: {
      deed: 'update cancelled',
      story: 'had an update cancelled',
      part: 'all',
      harm: 'minor',
    },
    SetStackPolicy: {
      deed: 'policy changed',
      story: 'had its STACK POLICY changed',
      part: 'policy',
      harm: 'minor',
    },
    UpdateTerminationProtection: {
      deed: 'termination protection changed',
      story: 'had its TERMINATION PROTECTION changed',
      part: PROTECTION,
      harm: 'lost',
    },
  },
  naming: ['stackName'],
  // The framework calls it after its service and its stage.
  command: (name) => `npx serverless deploy --stage ${name.slice(name.indexOf('-') + 1)}`,
  // Its id ends with what no declaration knows.
  prefixes: ({ name }, { partition, region, account }) => [
    `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/`,
  ],
  fields: {
    // While it is changed it has other states that do no harm.
    StackStatus: {
      harm: 'lost',
      isAsGood: (_declared, found) => asText(found)?.startsWith('DELETE') !== true,
    },
    [PROTECTION]: {
      harm: 'lost',
      isAsGood: (declared, found) => isOn(declared) === isOn(found),
      repair: ({ name, fields }) => {
        const EnableTerminationProtection = isOn(fields[PROTECTION]);
        const input = { StackName: name, EnableTerminationProtection };
        return [{ kind: 'UpdateTerminationProtection', name, input, sets: { EnableTerminationProtection } }];
      },
    },
  },
};
