import { EventBridge } from '@aws-sdk/client-eventbridge';
import { packageOf } from '../../../packages/packages.ts';
import { refusal, underAttack } from '../guard-under-attack.ts';
import { clientOf, deployed } from '../small-stack.ts';

const Name = 'trailkeeper-drill-heal-rule-1';
const arn = `arn:aws:events:us-east-1:123456789012:rule/${Name}`;
const Id = `${Name}-target`;
const heal = { Id, Arn: 'arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-heal' };
const noTrail = '{"source":["aws.cloudtrail"],"detail":{"eventName":["Nothing"]}}';
const done = { failedEntryCount: 0, failedEntries: [] };
const source = 'events.amazonaws.com';

type Calls = (events: EventBridge) => Promise<unknown>;

test.each<[string, Calls, unknown[]]>([
  ['disabled', (events) => events.disableRule({ Name }), [[source, 'DisableRule', { name: Name }, null]]],
  [
    'without its target',
    (events) => events.removeTargets({ Rule: Name, Ids: [Id] }),
    [[source, 'RemoveTargets', { rule: Name, ids: [Id] }, done]],
  ],
  [
    'deleted',
    async (events) => {
      await events.removeTargets({ Rule: Name, Ids: [Id] });
      await events.deleteRule({ Name });
    },
    [
      [source, 'RemoveTargets', { rule: Name, ids: [Id] }, done],
      [source, 'DeleteRule', { name: Name }, null],
    ],
  ],
  [
    'given a pattern that nothing matches',
    (events) => events.putRule({ Name, EventPattern: noTrail }),
    [[source, 'PutRule', { name: Name, eventPattern: noTrail }, { ruleArn: arn }]],
  ],
])('a rule that is %s wakes the guard no more until it is put back', async (_case, strike, records) => {
  await underAttack(async ({ mallory, isGuarded, recorded }) => {
    const events = new EventBridge(mallory);
    const { EventPattern } = await events.describeRule({ Name });
    const { Targets } = await events.listTargetsByRule({ Rule: Name });
    await strike(events);
    await expect(isGuarded()).resolves.toBe(false);
    expect(recorded()).toEqual(records);

    await events.putRule({ Name, EventPattern });
    await events.putTargets({ Rule: Name, Targets });
    await expect(isGuarded()).resolves.toBe(true);
  });
});

test('a target that is put anew gets what it says', async () => {
  await underAttack(async ({ aws, mallory, isGuarded, recorded }) => {
    const Targets = [{ ...heal, Input: '{"nothing":"happened"}' }];
    await new EventBridge(mallory).putTargets({ Rule: Name, Targets });
    aws.forget();
    await isGuarded();
    const woken = aws.invocations.find(({ functionName }) => functionName.endsWith('-heal'));
    expect(woken?.event).toEqual({ nothing: 'happened' });
    const targets = [{ id: Id, arn: heal.Arn, input: Targets[0]?.Input }];
    expect(recorded()).toEqual([[source, 'PutTargets', { rule: Name, targets }, done]]);
  });
});

test('a rule is described as the template has it, and as it was put last', async () => {
  await underAttack(async ({ mallory }) => {
    const events = new EventBridge(mallory);
    await expect(events.describeRule({ Name })).resolves.toMatchObject({
      Arn: arn,
      State: 'ENABLED',
      Description: 'Calls that stop, delete or change a trail.',
      EventPattern: expect.stringContaining('"StopLogging"') as string,
    });
    await expect(events.listTargetsByRule({ Rule: Name })).resolves.toMatchObject({
      Targets: [
        {
          ...heal,
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
          DeadLetterConfig: { Arn: expect.stringContaining('undelivered-events') as string },
        },
      ],
    });
    await events.disableRule({ Name });
    await expect(events.describeRule({ Name })).resolves.toMatchObject({ State: 'DISABLED' });
    await events.enableRule({ Name });
    await expect(events.describeRule({ Name })).resolves.toMatchObject({ State: 'ENABLED' });
    await events.putRule({ Name, ScheduleExpression: 'rate(1 day)' });
    // What is left out is not kept.
    const { Description, EventPattern, ScheduleExpression } = await events.describeRule({ Name });
    expect([Description, EventPattern, ScheduleExpression]).toEqual([undefined, undefined, 'rate(1 day)']);
  });
});

/** What is refused changes nothing: all of it is asked of one AWS. */
const aws = deployed(packageOf('drill'));

afterAll(() => aws.stop());

test.each<[string, Calls, string]>([
  [
    'a rule that is not there',
    (events) => events.disableRule({ Name: 'other' }),
    'ResourceNotFoundException: Rule other does not exist on EventBus default.',
  ],
  [
    'a bus that is not there',
    (events) => events.describeRule({ Name, EventBusName: 'other' }),
    `ResourceNotFoundException: Rule ${Name} does not exist on EventBus other.`,
  ],
  [
    'deleting a rule with targets',
    (events) => events.deleteRule({ Name }),
    "ValidationException: Rule can't be deleted since it has targets.",
  ],
  [
    'a rule for nothing',
    (events) => events.putRule({ Name }),
    'ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.',
  ],
  [
    'an empty pattern',
    (events) => events.putRule({ Name, EventPattern: '{}' }),
    'Empty objects are not allowed',
  ],
  [
    'an empty list in a pattern',
    (events) => events.putRule({ Name, EventPattern: '{"source":[]}' }),
    'Empty arrays are not allowed',
  ],
  [
    'a pattern that is no JSON',
    (events) => events.putRule({ Name, EventPattern: 'all' }),
    'InvalidEventPatternException: Event pattern is not valid.',
  ],
  [
    'a sixth target',
    (events) =>
      events.putTargets({
        Rule: Name,
        Targets: ['1', '2', '3', '4', '5'].map((each) => ({ ...heal, Id: each })),
      }),
    'LimitExceededException',
  ],
  [
    'a target whose input is transformed, which is not run here',
    (events) => events.putTargets({ Rule: Name, Targets: [{ ...heal, InputPath: '$.detail' }] }),
    'InputPath',
  ],
])('%s is refused', async (_case, call, message) => {
  await expect(refusal(call(new EventBridge(clientOf(aws))))).resolves.toContain(message);
});
