import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { refusal, underAttack } from '../guard-under-attack.ts';

const StackName = 'trailkeeper-test';
const source = 'cloudformation.amazonaws.com';

test('a stack tells its state, its outputs and its resources by the names that they have', async () => {
  await underAttack(async ({ mallory }) => {
    const cloudFormation = new CloudFormation(mallory);
    const { Stacks } = await cloudFormation.describeStacks({ StackName });
    expect(Stacks).toEqual([
      expect.objectContaining({
        StackId: expect.stringMatching(
          /^arn:aws:cloudformation:us-east-1:123456789012:stack\/trailkeeper-test\//,
        ) as string,
        StackStatus: 'CREATE_COMPLETE',
        EnableTerminationProtection: false,
        Outputs: expect.arrayContaining([
          expect.objectContaining({
            OutputKey: 'AlertTopicArn',
            OutputValue: 'arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts',
          }),
        ]) as unknown[],
      }),
    ]);
    const { StackResources } = await cloudFormation.describeStackResources({
      StackName: Stacks?.[0]?.StackId,
      LogicalResourceId: 'HealLambdaFunction',
    });
    expect(StackResources).toEqual([
      expect.objectContaining({
        PhysicalResourceId: 'trailkeeper-drill-heal',
        ResourceType: 'AWS::Lambda::Function',
      }),
    ]);
    const { TemplateBody } = await cloudFormation.getTemplate({ StackName });
    expect(JSON.parse(TemplateBody ?? '')).toMatchObject({ Resources: { HealLambdaFunction: {} } });
  });
});

test('a protected stack cannot be deleted; every call is recorded', async () => {
  await underAttack(async ({ mallory, recorded }) => {
    const cloudFormation = new CloudFormation(mallory);
    const protect = (EnableTerminationProtection: boolean) =>
      cloudFormation.updateTerminationProtection({ StackName, EnableTerminationProtection });
    const { StackId } = await protect(true);
    await expect(cloudFormation.describeStacks({ StackName: StackId })).resolves.toMatchObject({
      Stacks: [{ EnableTerminationProtection: true }],
    });
    await expect(refusal(cloudFormation.deleteStack({ StackName }))).resolves.toBe(
      `ValidationError: Stack [${StackName}] cannot be deleted while TerminationProtection is enabled`,
    );
    await protect(false);
    await expect(refusal(cloudFormation.deleteStack({ StackName }))).resolves.toBe('not refused');
    const change = (enableTerminationProtection: boolean) => [
      source,
      'UpdateTerminationProtection',
      { stackName: StackName, enableTerminationProtection },
      { stackId: StackId },
    ];
    expect(recorded()).toEqual([
      change(true),
      [source, 'DeleteStack', { stackName: StackName }, null, 'ValidationError'],
      change(false),
      [source, 'DeleteStack', { stackName: StackName }, null],
    ]);
  });
});

test('a stack that is not there is refused', async () => {
  await underAttack(async ({ mallory }) => {
    await expect(refusal(new CloudFormation(mallory).describeStacks({ StackName: 'other' }))).resolves.toBe(
      'ValidationError: Stack with id other does not exist',
    );
  });
});
