import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { liveRules } from '../../src/aws/rules.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { rule } from '../../src/kinds/rule/rule.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const NAME = 'trailkeeper-drill-heal-rule-1';
const target = {
  Id: 'heal',
  Arn: 'arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-heal',
  RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
  DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:trailkeeper-drill-undelivered' },
};

const declared: DeclaredResource = {
  kind: 'rule',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    State: 'ENABLED',
    EventPattern: { source: ['aws.cloudtrail'], detail: { eventName: ['StopLogging', 'DeleteTrail'] } },
    ScheduleExpression: null,
    Description: 'Calls on trails.',
    Targets: [target],
  },
};

function surroundings() {
  const { aws, as, recorded } = emptyAws();
  const port = liveRules(new EventBridgeClient(as('guard')));
  const mallory = new EventBridgeClient(as('mallory'));
  const kind = loopKind(rule, { partition: 'aws', region: aws.region, account: aws.account });
  const heal = async () => {
    const plan = kind.plan(declared, await port.observe(NAME));
    for (const repair of plan) await port.repair(repair);
    return {
      plan: plan.map(({ kind: call }) => call),
      drift: kind.drift(declared, await port.observe(NAME)),
    };
  };
  return { aws, port, mallory, heal, recorded };
}

test('a rule is made anew, and comes back from each blow', async () => {
  const { port, mallory, heal } = surroundings();
  expect(await port.observe(NAME)).toEqual({ name: NAME, standing: 'missing', state: {}, unread: {} });
  expect(await heal()).toEqual({ plan: ['PutRule', 'PutTargets'], drift: [] });
  expect(await heal()).toEqual({ plan: [], drift: [] });
  await mallory.send(new DisableRuleCommand({ Name: NAME }));
  expect(await heal()).toEqual({ plan: ['EnableRule'], drift: [] });
  await mallory.send(new PutRuleCommand({ Name: NAME, EventPattern: '{"source":["aws.mallory"]}' }));
  expect(await heal()).toEqual({ plan: ['PutRule'], drift: [] });
  await mallory.send(
    new PutTargetsCommand({
      Rule: NAME,
      Targets: [
        { ...target, RetryPolicy: { MaximumRetryAttempts: 0 } },
        { Id: 'x', Arn: target.DeadLetterConfig.Arn },
      ],
    }),
  );
  expect(await heal()).toEqual({ plan: ['RemoveTargets', 'PutTargets'], drift: [] });
  await mallory.send(new RemoveTargetsCommand({ Rule: NAME, Ids: ['heal'] }));
  await mallory.send(new DeleteRuleCommand({ Name: NAME }));
  expect(await heal()).toEqual({ plan: ['PutRule', 'PutTargets'], drift: [] });
});

test('its calls are recorded with the names that the guard knows it by', async () => {
  const { mallory, heal, recorded } = surroundings();
  await heal();
  await mallory.send(new DisableRuleCommand({ Name: NAME }));
  await mallory.send(new RemoveTargetsCommand({ Rule: NAME, Ids: ['heal'] }));
  const names = ['DisableRule', 'RemoveTargets'].map((call) => recorded(call).record?.requestParameters);
  expect(names).toEqual([{ name: NAME }, expect.objectContaining({ rule: NAME })]);
});

test('targets that AWS refuses one by one are a refusal', async () => {
  const refusing = {
    send: () =>
      Promise.resolve({
        $metadata: {},
        FailedEntryCount: 1,
        FailedEntries: [{ TargetId: 'heal', ErrorCode: 'ManagedRuleException', ErrorMessage: 'no' }],
      }),
  };
  const port = liveRules(refusing as never);
  await expect(
    port.repair({ kind: 'PutTargets', name: NAME, input: { Rule: NAME, Targets: [target] }, sets: {} }),
  ).rejects.toMatchObject({ name: 'ManagedRuleException' });
});

test('a reading that is refused is named', async () => {
  const { aws, port, heal } = surroundings();
  await heal();
  aws.fail('ListTargetsByRule', 'AccessDeniedException');
  const { standing, unread } = await port.observe(NAME);
  expect([standing, Object.keys(unread)]).toEqual(['here', ['Targets']]);
});
