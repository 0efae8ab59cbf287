import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import { operationsOf, type Row } from '../operation.ts';
import type { Template } from '../stack/template.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';

/** A log group with what is set on it. */
export interface LogGroup {
  /** Without the `:*` that some answers end it with. */
  readonly arn: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly retentionDays?: number | undefined;
  readonly keyArn?: string | undefined;
  readonly isProtected: boolean;
  readonly logGroupClass: string;
  /** By their names. */
  readonly subscriptionFilters: ReadonlyMap<string, Fields>;
  readonly metricFilters: ReadonlyMap<string, Fields>;
}

/** What a template says of a log group. */
export interface DeployedLogGroup {
  readonly name: string;
  readonly retentionDays: number | undefined;
  readonly keyArn: string | undefined;
}

/** Reads a log group of a template. */
export function readLogGroup(template: Template, id: string): DeployedLogGroup {
  const shape = z.object({ RetentionInDays: z.coerce.number().optional(), KmsKeyId: z.string().optional() });
  const { RetentionInDays: retentionDays, KmsKeyId: keyArn } = template.read(id, shape);
  return { name: template.reference(id), retentionDays, keyArn };
}

/** CloudWatch Logs of one account. */
export interface LogService {
  readonly operations: readonly Operation[];
  readonly add: (region: string, groups: readonly DeployedLogGroup[]) => void;
  /** A log group that was created here, even if it is gone by now; by its ARN, with or without `:*`. */
  readonly find: (arn: string) => LogGroup | 'gone' | undefined;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_SUBSCRIPTIONS = 2;

const named = z.object({ logGroupName: z.string().regex(/^[.\-_/#A-Za-z0-9]{1,512}$/) });
const filter = named.extend({ filterName: z.string().min(1) });

/** An empty CloudWatch Logs. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html */
export function logService({ account, partition }: { account: string; partition: string }): LogService {
  const groups = new Map<string, LogGroup | 'gone'>();

  const arnOf = (region: string, name: string) =>
    `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
  const plain = (arn: string) => arn.replace(/:\*$/, '');
  const read = <S extends z.ZodType>(schema: S, { input }: Request) =>
    readRequest(schema, input, 'InvalidParameterException');
  const existing = (arn: string): LogGroup => {
    const group = groups.get(arn);
    if (group && group !== 'gone') return group;
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  };
  const asked = (request: Request) => existing(arnOf(request.region, read(named, request).logGroupName));
  const change = (group: LogGroup, changed: Partial<LogGroup>) =>
    void groups.set(group.arn, { ...group, ...changed });

  const make = (arn: string, given: Pick<LogGroup, 'name' | 'keyArn'> & Partial<LogGroup>) =>
    void groups.set(arn, {
      arn,
      createdAt: Date.now(),
      logGroupClass: 'STANDARD',
      isProtected: false,
      subscriptionFilters: new Map(),
      metricFilters: new Map(),
      ...given,
    });

  const on = ({ region, input }: Request) => [
    {
      resource: `${arnOf(region, String(input['logGroupName']))}:*`,
      context: { 'aws:ResourceAccount': account },
    },
  ];
  const identified = ({ region, input }: Request) => {
    const id = String(input['logGroupIdentifier']);
    return id.startsWith('arn:') ? plain(id) : arnOf(region, id);
  };

  const describe = (group: LogGroup) => ({
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionDays,
    metricFilterCount: group.metricFilters.size,
    arn: `${group.arn}:*`,
    storedBytes: 0,
    kmsKeyId: group.keyArn,
    logGroupClass: group.logGroupClass,
    logGroupArn: group.arn,
    deletionProtectionEnabled: group.isProtected,
  });

  const put =
    (kind: 'subscriptionFilters' | 'metricFilters', most: number, shape: z.ZodType<Fields>) =>
    (request: Request) => {
      const group = asked(request);
      const { filterName } = read(filter, request);
      const fields = { ...read(shape, request), creationTime: Date.now() };
      const changed = new Map(group[kind]).set(filterName, fields);
      if (changed.size > most) throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
      change(group, { [kind]: changed });
      return {};
    };
  const remove = (kind: 'subscriptionFilters' | 'metricFilters') => (request: Request) => {
    const group = asked(request);
    const changed = new Map(group[kind]);
    if (!changed.delete(read(filter, request).filterName))
      throw new AwsError('ResourceNotFoundException', 'The specified filter does not exist.');
    change(group, { [kind]: changed });
    return {};
  };
  const list = (kind: 'subscriptionFilters' | 'metricFilters') => (request: Request) => {
    const { filterNamePrefix: prefix = '' } = read(
      named.extend({ filterNamePrefix: z.string().optional() }),
      request,
    );
    return {
      [kind]: [...asked(request)[kind]]
        .filter(([name]) => name.startsWith(prefix))
        .map(([, fields]) => fields),
    };
  };

  const subscriptionFilter = filter.extend({
    filterPattern: z.string(),
    destinationArn: z.string().min(1),
    roleArn: z.string().optional(),
    distribution: z.enum(['ByLogStream', 'Random']).default('ByLogStream'),
    applyOnTransformedLogs: z.boolean().default(false),
    fieldSelectionCriteria: z.string().optional(),
    emitSystemFields: z.array(z.string()).optional(),
  });
  const metricFilter = filter.extend({
    filterPattern: z.string(),
    metricTransformations: z
      .array(
        z.object({
          metricName: z.string(),
          metricNamespace: z.string(),
          metricValue: z.string(),
          defaultValue: z.number().optional(),
          dimensions: z.record(z.string(), z.string()).optional(),
          unit: z.string().optional(),
        }),
      )
      .length(1),
    applyOnTransformedLogs: z.boolean().default(false),
    fieldSelectionCriteria: z.string().optional(),
    emitSystemFieldDimensions: z.array(z.string()).optional(),
  });

  const rows: readonly Row[] = [
    {
      name: 'CreateLogGroup',
      changes: {},
      on,
      run: (request) => {
        const { logGroupName: name, ...given } = read(
          named.extend({
            kmsKeyId: z.string().optional(),
            logGroupClass: z.string().default('STANDARD'),
            deletionProtectionEnabled: z.boolean().default(false),
          }),
          request,
        );
        const arn = arnOf(request.region, name);
        const before = groups.get(arn);
        if (before && before !== 'gone')
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
        make(arn, {
          name,
          keyArn: given.kmsKeyId,
          logGroupClass: given.logGroupClass,
          isProtected: given.deletionProtectionEnabled,
        });
        return {};
      },
    },
    {
      name: 'DeleteLogGroup',
      changes: {},
      on,
      run: (request) => {
        const { arn, isProtected } = asked(request);
        if (isProtected)
          throw new AwsError('ValidationException', 'The log group has deletion protection enabled.');
        groups.set(arn, 'gone');
        return {};
      },
    },
    {
      name: 'DescribeLogGroups',
      on: ({ region }) => [{ resource: `${arnOf(region, '')}:log-stream:` }],
      run: (request) => {
        const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern = '' } = read(
          z.object({
            logGroupNamePrefix: z.string().optional(),
            logGroupNamePattern: z.string().optional(),
          }),
          request,
        );
        const all = [...groups.values()].filter((group) => group !== 'gone');
        return {
          logGroups: all
            .filter(({ arn, name }) => arn === arnOf(request.region, name))
            .filter(
              ({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(pattern.toLowerCase()),
            )
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .map(describe),
        };
      },
    },
    {
      name: 'PutRetentionPolicy',
      changes: {},
      on,
      run: (request) => {
        const { retentionInDays } = read(named.extend({ retentionInDays: z.number() }), request);
        if (!RETENTIONS.includes(retentionInDays))
          throw new AwsError(
            'InvalidParameterException',
            `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint`,
          );
        change(asked(request), { retentionDays: retentionInDays });
        return {};
      },
    },
    {
      name: 'DeleteRetentionPolicy',
      changes: {},
      on,
      run: (request) => {
        change(asked(request), { retentionDays: undefined });
        return {};
      },
    },
    {
      name: 'AssociateKmsKey',
      changes: {},
      on,
      run: (request) => {
        change(asked(request), { keyArn: read(z.object({ kmsKeyId: z.string() }), request).kmsKeyId });
        return {};
      },
    },
    {
      name: 'DisassociateKmsKey',
      changes: {},
      on,
      run: (request) => {
        change(asked(request), { keyArn: undefined });
        return {};
      },
    },
    {
      name: 'PutLogGroupDeletionProtection',
      changes: {},
      on: (request) => [
        { resource: `${identified(request)}:*`, context: { 'aws:ResourceAccount': account } },
      ],
      run: (request) => {
        const { deletionProtectionEnabled } = read(
          z.object({ logGroupIdentifier: z.string(), deletionProtectionEnabled: z.boolean() }),
          request,
        );
        change(existing(identified(request)), { isProtected: deletionProtectionEnabled });
        return {};
      },
    },
    {
      name: 'PutSubscriptionFilter',
      changes: {},
      on,
      alsoNeeds: ({ input }) =>
        typeof input['roleArn'] === 'string' ? [{ action: 'iam:PassRole', resource: input['roleArn'] }] : [],
      run: put('subscriptionFilters', MOST_SUBSCRIPTIONS, subscriptionFilter),
    },
    { name: 'DeleteSubscriptionFilter', changes: {}, on, run: remove('subscriptionFilters') },
    { name: 'DescribeSubscriptionFilters', on, run: list('subscriptionFilters') },
    { name: 'PutMetricFilter', changes: {}, on, run: put('metricFilters', 100, metricFilter) },
    { name: 'DeleteMetricFilter', changes: {}, on, run: remove('metricFilters') },
    { name: 'DescribeMetricFilters', on, run: list('metricFilters') },
  ];

  return {
    operations: operationsOf(
      {
        prefix: 'logs',
        denied: { name: 'AccessDeniedException', status: 400 },
        statuses: { ServiceUnavailableException: 500 },
      },
      rows,
    ),
    add: (region, added) => {
      for (const each of added) make(arnOf(region, each.name), each);
    },
    find: (arn) => groups.get(plain(arn)),
    state: () => groups,
  };
}
