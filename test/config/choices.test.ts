import { type Choice, CHOICES, DEFAULTS, faultOf, SINK_BUCKET } from '../../src/config/choices.ts';

const ADMIN = 'arn:aws:iam::123456789012:role/team/Admin+1=a@b.c';
const all: Readonly<Record<string, Choice>> = { ...CHOICES, sinkBucket: SINK_BUCKET };

describe('a choice', () => {
  test.each(Object.entries(DEFAULTS))('of %s may be its default, %j', (name, value) => {
    expect(all[name]?.allows(value)).toBe(true);
  });

  test.each<[string, readonly string[]]>([
    ['alertEmail', ['alice@example.com', 'security+prod@sub.example.com']],
    ['sweepRate', ['1 minute', '2 minutes', '1440 minutes', '1 hour', '24 hours', '1 day']],
    ['sinkRetentionDays', ['1', '3650']],
    ['sinkBucket', ['', 'sink-123456789012', 'a'.repeat(63)]],
    ['cloudTrailLogGroup', ['', 'aws/cloudtrail/management-events', '/audit/trail.1#2']],
    ['runbook', ['docs/runbook', 'https://wiki.example.com/trailkeeper']],
    ['containExempt', ['', ADMIN, `${ADMIN}*`, 'arn:aws-cn:iam::123456789012:role/*', `${ADMIN},${ADMIN}`]],
  ])('of %s may be each of %j', (name, values) => {
    expect(values.filter((value) => !all[name]?.allows(value))).toEqual([]);
  });

  const NO_WHOLE_NUMBERS = ['', '0', '-5', '2.5', '05', '5 ', '5e1', 'Infinity'];

  test.each<[string, readonly string[]]>([
    ['alertEmail', ['alice', 'alice@example', 'alice@example.com,bob@example.com', 'alice @example.com']],
    ['mode', ['', 'Enforce', ' monitor', 'constructor', '__proto__']],
    ['rebuildUndeclared', ['', 'Auto', 'yes']],
    ['sinkRetentionDays', [...NO_WHOLE_NUMBERS, '3651']],
    ['containAfter', [...NO_WHOLE_NUMBERS, '101']],
    ['containWithinMinutes', [...NO_WHOLE_NUMBERS, '1441']],
    [
      'cloudTrailLogGroup',
      ['aws/cloudtrail/*', 'a group', 'arn:aws:logs:us-east-1:123456789012:log-group:a', 'a\n'],
    ],
    ['runbook', ['', 'docs/', 'http://wiki.example.com', 'docs/run book', 'https://x/?page']],
    [
      'sinkBucket',
      ['s3://sink', 'ab', '-sink', 'sink-', 'a'.repeat(64), 'arn:aws:s3:::sink', '{"Ref":"Sink"}'],
    ],
    [
      'containExempt',
      [
        ...['*', 'role/Admin', 'arn:aws:iam::123456789012:*', 'arn:aws:iam::*:role/Admin', `${ADMIN},`],
        ...[`${ADMIN}\n`, `${ADMIN}, ${ADMIN}`, 'arn:aws:iam::123456789012:role/A*n'],
        ...['arn:aws:iam::123456789012:group/ops', 'arn:aws:iam::123456789012:root'],
        ...['arn:aws:sts::123456789012:assumed-role/Admin/alice', Array(50).fill(ADMIN).join(',')],
      ],
    ],
  ])('of %s may be none of %j', (name, values) => {
    expect(values.filter((value) => all[name]?.allows(value))).toEqual([]);
  });

  test('that is not allowed is named as its reader knows it, with what is allowed', () => {
    expect(faultOf(CHOICES.mode, 'observe', '--param mode')).toBe(
      '--param mode is "observe": allowed are enforce and monitor',
    );
    expect(faultOf(CHOICES.mode, 'monitor', '--param mode')).toBeUndefined();
  });
});
