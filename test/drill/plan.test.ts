import { trail } from '../../src/kinds/trail/schema.ts';
import { announcement, bucketPolicy, planAt } from '../../src/drill/plan.ts';

const home = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const plan = planAt(Date.parse('2026-11-26T12:00:00Z'), home);

test('the trail is one that a baseline could declare', () => {
  expect(trail.parse(plan.trail)).toEqual(plan.trail);
});

test('every blow is on the trail of the drill alone', () => {
  const named = plan.blows.map(({ strike: { input } }) => ('Name' in input ? input.Name : input.TrailName));
  expect(new Set(named)).toEqual(new Set(['trailkeeper-drill-20261126T124500Z']));
  expect(plan.blows.map(({ name }) => name)).toEqual(['stop', 'redirect', 'narrow', 'delete']);
});

test('the bucket lets CloudTrail in for that trail, and nobody else', () => {
  const { Statement } = bucketPolicy(plan) as {
    Statement: { Effect: string; Principal: object; Condition: object }[];
  };
  for (const { Effect, Principal, Condition } of Statement) {
    expect({ Effect, Principal }).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
    });
    expect(JSON.stringify(Condition)).toContain(`"aws:SourceArn":"${plan.arn}"`);
  }
});

test('beforehand it is said what is made, struck and taken away, what it costs, and what was left', () => {
  const said = announcement(plan, 'prod', ['trail trailkeeper-drill-20261125T124500Z']).join('\n');
  for (const part of [
    'trailkeeper-drill-123456789012-us-east-1-an',
    'trailkeeper-drill-20261126T124500Z',
    'trailkeeper-drill-20261125T124500Z',
    'stops its logging',
    'deletes it',
    'https://aws.amazon.com/cloudtrail/pricing/',
    'It touches nothing else.',
  ])
    expect(said).toContain(part);
});
