import { CREATE_STEPS, fallback, TAG_STEPS, UPDATE_STEPS } from '../../../src/kinds/trail/fallback.ts';
import type { Repair, Settings } from '../../../src/kinds/trail/repair.ts';
import { allManagementEvents, observed, orgAuditTrail } from '../../fakes/samples.ts';

const trail = orgAuditTrail.Name;
const sink = 'sink-123456789012';
const bucket = { S3BucketName: 'audit-logs-123456789012' };
const prefix = { S3KeyPrefix: 'prod' };
const key = { KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0' };
const topic = { SnsTopicName: 'arn:aws:sns:us-east-1:123456789012:log-files' };
const logs = {
  CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:trail:*',
  CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/trail-to-logs',
};
const organization = { IsOrganizationTrail: true };
const recursion = { RecursiveLogging: false };
const whole = { ...bucket, ...prefix, ...organization, ...key, ...logs, ...topic, ...recursion };
const tags = [
  { Key: 'team', Value: 'security' },
  { Key: 'critical', Value: '' },
];

const without = (left: Settings): Settings =>
  Object.fromEntries(Object.entries(whole).filter(([field]) => !(field in left)));
const create = (settings: Settings, TagsList = tags): Repair => ({
  kind: 'createTrail',
  trail,
  settings,
  tags: TagsList,
});
const update = (
  settings: Settings,
  ...cleared: ('bucket' | 'prefix' | 'key' | 'logs' | 'topic')[]
): Repair => ({
  kind: 'updateTrail',
  trail,
  settings,
  ...(cleared.length > 0 && { cleared }),
});
const refusal = (name: string, message = '') => ({ name, message });
const live = (state: object) => observed(orgAuditTrail, state);
/** A trail with no destination but its bucket. */
const bare = live({
  KmsKeyId: undefined,
  SnsTopicName: undefined,
  CloudWatchLogsLogGroupArn: undefined,
  CloudWatchLogsRoleArn: undefined,
});

test('the order of what is tried can be read', () => {
  const words = (steps: readonly (readonly [string, ...unknown[]])[]) => steps.map(([step]) => step);

  expect({ create: words(CREATE_STEPS), update: words(UPDATE_STEPS), tags: words(TAG_STEPS) }).toEqual({
    create: [
      'into the emergency sink, where the bucket is blamed',
      'without what is blamed',
      'name and bucket alone',
      'into the emergency sink',
    ],
    update: [
      'what is blamed: into the emergency sink, where it is the bucket; cleared, where the trail has it and the call does not name it; else left out, then asked for alone',
      'in halves',
      'the bucket, with every other destination cleared',
      'into the emergency sink',
    ],
    tags: ['in halves'],
  });
});

const BLAMES: [string, Settings][] = [
  ['InsufficientEncryptionPolicyException', key],
  ['KmsKeyNotFoundException', key],
  ['KmsKeyDisabledException', key],
  ['KmsException', key],
  ['InvalidKmsKeyIdException', key],
  ['InsufficientSnsTopicPolicyException', topic],
  ['InvalidSnsTopicNameException', topic],
  ['CloudTrailInvalidClientTokenIdException', topic],
  ['InvalidCloudWatchLogsLogGroupArnException', logs],
  ['InvalidCloudWatchLogsRoleArnException', logs],
  ['CloudWatchLogsDeliveryUnavailableException', logs],
  ['InvalidS3PrefixException', prefix],
  ['CloudTrailAccessNotEnabledException', organization],
  ['InsufficientDependencyServiceAccessPermissionException', organization],
  ['NotOrganizationMasterAccountException', organization],
  ['OrganizationsNotInUseException', organization],
  ['OrganizationNotInAllFeaturesModeException', organization],
  ['NoManagementAccountSLRExistsException', organization],
];

describe('CreateTrail that is refused', () => {
  test.each(BLAMES)('is asked for without what is blamed: %s', (error, blamed) => {
    expect(fallback(create(whole), refusal(error))).toEqual([create(without(blamed))]);
  });

  test.each<[string, Repair, string, Repair[]]>([
    ['without tags that are too many', create(whole), 'TagsLimitExceededException', [create(whole, [])]],
    ['without tags that are not valid', create(whole), 'InvalidTagParameterException', [create(whole, [])]],
    [
      'without a field that the Region does not know',
      create({ ...bucket, RecursiveLogging: true }),
      'UnsupportedOperationException',
      [create(bucket)],
    ],
    [
      'by name and bucket alone, where nothing is blamed',
      create(whole),
      'InvalidParameterException',
      [create(bucket, [])],
    ],
    [
      'by name and bucket alone, where what is blamed is left out already',
      create(without(key)),
      'KmsException',
      [create(bucket, [])],
    ],
    [
      'into the sink, where the bucket is blamed',
      create(whole),
      'S3BucketDoesNotExistException',
      [create({ ...without({ ...bucket, ...prefix }), S3BucketName: sink })],
    ],
    [
      'into the sink, where even name and bucket alone are refused',
      create(bucket, []),
      'InvalidParameterException',
      [create({ S3BucketName: sink }, [])],
    ],
    ['no more, where even the sink is refused', create({ S3BucketName: sink }, []), 'KmsException', []],
    ['no more, where the Region is full', create(whole), 'MaximumNumberOfTrailsExceededException', []],
    ['no more, where the guard has no right to it', create(whole), 'AccessDeniedException', []],
    ['no more, where it may pass by the next try', create(whole), 'ThrottlingException', []],
  ])('is asked for %s', (_how, repair, error, expected) => {
    expect(fallback(repair, refusal(error), { sink })).toEqual(expected);
  });
});

describe('UpdateTrail that is refused', () => {
  test.each(BLAMES)('is asked for without what is blamed, then for that alone: %s', (error, blamed) => {
    expect(fallback(update(whole), refusal(error), { observed: bare })).toEqual([
      update(without(blamed)),
      update(blamed),
    ]);
  });

  test.each<[string, string, Settings, 'key' | 'logs' | 'topic']>([
    ['key', 'KmsException', { KmsKeyId: '' }, 'key'],
    ['topic', 'InsufficientSnsTopicPolicyException', { SnsTopicName: '' }, 'topic'],
    [
      'log group with its role',
      'InvalidCloudWatchLogsRoleArnException',
      { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
      'logs',
    ],
  ])('takes away the %s that is broken in place', (_what, error, cleared, piece) => {
    expect(fallback(update(bucket), refusal(error), { observed: live({}) })).toEqual([
      update({ ...bucket, ...cleared }, piece),
    ]);
  });

  test.each<[string, Repair, string, Repair[], ReturnType<typeof live>?]>([
    [
      'for its halves, where nothing is blamed',
      update({ ...bucket, ...prefix, ...key, ...topic }),
      'InvalidParameterException',
      [update({ ...bucket, ...prefix }), update({ ...key, ...topic })],
    ],
    [
      'for its halves, with nothing taken away, since that may be what is refused',
      update({ ...bucket, ...topic, KmsKeyId: '' }, 'key'),
      'InvalidParameterException',
      [update(bucket), update(topic)],
    ],
    [
      'for the bucket before its prefix',
      update({ ...bucket, ...prefix }),
      'InvalidParameterException',
      [update(bucket)],
    ],
    [
      'with every destination cleared, where not even the bucket passes',
      update(bucket),
      'InvalidParameterException',
      [
        update(
          {
            ...bucket,
            KmsKeyId: '',
            CloudWatchLogsLogGroupArn: '',
            CloudWatchLogsRoleArn: '',
            SnsTopicName: '',
          },
          'key',
          'logs',
          'topic',
        ),
      ],
      live({}),
    ],
    [
      'into the sink at last',
      update(bucket),
      'InvalidParameterException',
      [update({ S3BucketName: sink, S3KeyPrefix: '' })],
    ],
    [
      'into the sink, where the bucket is blamed',
      update({ ...bucket, ...prefix, ...key }),
      'InsufficientS3BucketPolicyException',
      [update({ S3BucketName: sink, S3KeyPrefix: '', ...key })],
    ],
    [
      'into the sink for the sake of the rest, where the bucket in place is blamed',
      update(key),
      'S3BucketDoesNotExistException',
      [update({ S3BucketName: sink, S3KeyPrefix: '', ...key }, 'bucket', 'prefix')],
    ],
    [
      'without bucket and prefix, where the trail is in the sink already',
      update({ ...bucket, ...prefix, ...key }),
      'S3BucketDoesNotExistException',
      [update(key), update({ ...bucket, ...prefix })],
      live({ S3BucketName: sink }),
    ],
    [
      'no more, where the trail is in the sink already',
      update(bucket),
      'S3BucketDoesNotExistException',
      [],
      live({ S3BucketName: sink }),
    ],
    ['no more, where only what is blamed is asked for', update(key), 'KmsException', []],
    [
      'no more, where it was only about what is refused',
      update({ ...topic, KmsKeyId: '' }, 'key'),
      'InvalidSnsTopicNameException',
      [],
    ],
    [
      'with the organisation kept, where less than the bucket is at stake',
      update(key),
      'CloudTrailAccessNotEnabledException',
      [],
      live(organization),
    ],
    [
      'with the organisation given up for the bucket',
      update(bucket),
      'CloudTrailAccessNotEnabledException',
      [
        {
          kind: 'updateTrail',
          trail,
          settings: { ...bucket, IsOrganizationTrail: false },
          cleared: ['organization'],
        },
      ],
      live(organization),
    ],
    ['no more, where the guard has no right to it', update(whole), 'AccessDeniedException', []],
    ['no more, where it may pass by the next try', update(whole), 'ConflictException', []],
  ])('is asked for %s', (_how, repair, error, expected, observed = bare) => {
    expect(fallback(repair, refusal(error), { sink, observed })).toEqual(expected);
  });

  test('is asked for without CloudWatch Logs, where its role may not be handed over', () => {
    const error = refusal('AccessDeniedException', 'not authorized to perform: iam:PassRole on the role');

    expect(fallback(update(whole), error)[0]).toEqual(update(without(logs)));
  });
});

describe('no item of a refused list keeps the others away', () => {
  /** Answers until nothing more is asked for: a call passes where all its items do. */
  function asked(repair: Repair, isTaken: (item: unknown) => boolean, state: object = {}): Repair[] {
    const items = (each: Repair): readonly unknown[] => {
      if (each.kind === 'putEventSelectors')
        return each.selectors.AdvancedEventSelectors ?? each.selectors.EventSelectors ?? [];
      if (each.kind === 'putInsightSelectors') return each.selectors;
      if (each.kind === 'putEventConfiguration') return each.aggregations[0]?.Templates ?? [];
      return 'tags' in each ? each.tags : [];
    };
    const made: Repair[] = [];
    const left = [repair];
    for (let next = left.shift(); next; next = left.shift()) {
      const isMade = items(next).every(isTaken);
      if (isMade) made.push(next);
      const error = isMade ? undefined : refusal('InvalidParameterException');
      left.unshift(...fallback(next, error, { observed: live(state) }));
    }
    return made;
  }

  const category = (value: string, ...rest: string[]) => ({
    FieldSelectors: [
      { Field: 'eventCategory', Equals: [value] },
      ...rest.map((type) => ({ Field: 'resources.type', Equals: [type] })),
    ],
  });
  const management = category('Management');
  const narrow = {
    FieldSelectors: [
      ...management.FieldSelectors,
      { Field: 'eventSource', NotEquals: ['unknown.amazonaws.com'] },
    ],
  };
  const objects = category('Data', 'AWS::S3::Object');
  const functions = category('Data', 'AWS::Lambda::Function');
  const put = (...AdvancedEventSelectors: object[]) =>
    ({ kind: 'putEventSelectors', trail, selectors: { AdvancedEventSelectors } }) as Repair;
  const shown = (repairs: Repair[]) =>
    repairs.map((each) =>
      each.kind === 'putEventSelectors' ? each.selectors.AdvancedEventSelectors : undefined,
    );
  const other = {
    EventSelectors: [{ ...allManagementEvents, IncludeManagementEvents: false }],
    AdvancedEventSelectors: undefined,
  };

  test('selectors: those of management events come first', () => {
    expect(shown(asked(put(objects, management, functions), (item) => item !== objects, other))).toEqual([
      [management],
      [management, functions],
    ]);
  });

  test('selectors: where those of management events are refused, all management events stand in', () => {
    expect(shown(asked(put(narrow, objects), (item) => item !== narrow, other))).toEqual([
      [management],
      [management, objects],
    ]);
    expect(shown(asked(put(narrow), (item) => item !== narrow, other))).toEqual([[management]]);
  });

  test('selectors: what stands already is not taken away at each sweep', () => {
    const state = { AdvancedEventSelectors: [management, objects] };

    expect(shown(asked(put(management, objects, functions), (item) => item !== functions, state))).toEqual(
      [],
    );
  });

  test('selectors: what is not declared goes', () => {
    const state = { AdvancedEventSelectors: [management, narrow] };

    expect(shown(asked(put(management, functions), (item) => item !== functions, state))).toEqual([
      [management],
    ]);
  });

  test('selectors: where the trail records all management events in other words, they are left', () => {
    const state = { EventSelectors: [allManagementEvents], AdvancedEventSelectors: undefined };

    expect(asked(put(narrow), (item) => item !== narrow, state)).toEqual([]);
  });

  test('Insights', () => {
    const [rate, errors] = orgAuditTrail.InsightSelectors;
    const repair: Repair = { kind: 'putInsightSelectors', trail, selectors: orgAuditTrail.InsightSelectors };

    expect(asked(repair, (item) => item !== rate, { InsightSelectors: [] }).at(-1)).toMatchObject({
      selectors: [errors],
    });
  });

  test('templates of an aggregation', () => {
    const aggregations = orgAuditTrail.AggregationConfigurations;
    const repair: Repair = { kind: 'putEventConfiguration', trail, aggregations };

    expect(
      asked(repair, (item) => item !== 'API_ACTIVITY', { AggregationConfigurations: [] }).at(-1),
    ).toMatchObject({ aggregations: [{ EventCategory: 'Data', Templates: ['RESOURCE_ACCESS'] }] });
  });

  test.each(['addTags', 'removeTags'] as const)('tags, by %s: one of 50 takes 11 calls', (kind) => {
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: 'x' }));
    const made = asked({ kind, trail, tags: many }, (item) => item !== many[20]);
    const kept = made.flatMap((each) => (each.kind === kind ? each.tags : []));

    expect(kept).toEqual(many.filter((tag) => tag !== many[20]));
    expect(made.length).toBeLessThanOrEqual(6);
  });

  test('nothing is split for what blames the whole trail', () => {
    const error = refusal('NotOrganizationMasterAccountException');

    expect(fallback({ kind: 'addTags', trail, tags }, error)).toEqual([]);
    expect(fallback(put(management, objects), error)).toEqual([]);
    expect(fallback({ kind: 'startLogging', trail }, error)).toEqual([]);
  });
});
