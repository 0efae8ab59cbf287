import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import type { Activity } from '../wire/activity.ts';
import { AwsError } from '../wire/aws-error.ts';
import { delay } from '../wire/delay.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';
import { emulator } from './emulator.ts';
import {
  expirySpecification,
  recoverySpecification,
  type Table,
  tablePolicy,
  type TableSettings,
} from './table.ts';

/** DynamoDB of one account and Region. */
export interface TableService {
  readonly operations: readonly Operation[];
  /** Creates tables; calls wait until they are there. */
  readonly add: (tables: readonly Table[]) => void;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  /** Takes items out of all tables, which nobody could in AWS without the rights. */
  readonly removeItems: (which: (item: Fields) => boolean) => Promise<void>;
}

/** What DynamoDB needs of its surroundings. */
export interface TableSurroundings {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly activity: Activity;
  readonly problem: (text: string) => void;
}

/** What an operation works on: the table's name, and what is kept beside it. */
interface Kept {
  readonly name: string;
  readonly arn: string;
  readonly settings: TableSettings;
  readonly change: (changed: Partial<TableSettings>) => void;
}

const invalid = (message: string) => new AwsError('ValidationException', message);

const updateOfExpiry = z.object({ TimeToLiveSpecification: expirySpecification });
const updateOfRecovery = z.object({ PointInTimeRecoverySpecification: recoverySpecification });
const newPolicy = z.object({ Policy: z.string() });

function policyOf(text: string): NonNullable<TableSettings['policy']> {
  try {
    return tablePolicy(JSON.parse(text), 'Policy');
  } catch (cause) {
    throw invalid(`Invalid policy document: ${String(cause)}`);
  }
}

const recovery = ({ isRecoverable, recoveryDays }: TableSettings) => ({
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: isRecoverable
      ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: recoveryDays }
      : { PointInTimeRecoveryStatus: 'DISABLED' },
  },
});

/** Answered from what is kept beside the tables. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
const BESIDE: Readonly<Record<string, (kept: Kept, input: Fields) => object>> = {
  DescribeTimeToLive: ({ settings: { expiry } }) => ({
    TimeToLiveDescription:
      expiry === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: expiry },
  }),
  UpdateTimeToLive: ({ settings, change }, input) => {
    const { TimeToLiveSpecification } = readRequest(updateOfExpiry, input, 'ValidationException');
    const { Enabled, AttributeName } = TimeToLiveSpecification;
    if (Enabled === (settings.expiry !== undefined))
      throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
    change({ expiry: Enabled ? AttributeName : undefined });
    return { TimeToLiveSpecification };
  },
  DescribeContinuousBackups: ({ settings }) => recovery(settings),
  UpdateContinuousBackups: ({ settings, change }, input) => {
    const { PointInTimeRecoverySpecification: given } = readRequest(
      updateOfRecovery,
      input,
      'ValidationException',
    );
    const changed = {
      isRecoverable: given.PointInTimeRecoveryEnabled,
      recoveryDays: given.RecoveryPeriodInDays,
    };
    change(changed);
    return recovery({ ...settings, ...changed });
  },
  GetResourcePolicy: ({ settings: { policy }, arn }) => {
    if (!policy) throw new AwsError('PolicyNotFoundException', `Resource-based policy not found for ${arn}`);
    return { Policy: policy.text };
  },
  PutResourcePolicy: ({ change }, input) => {
    change({ policy: policyOf(readRequest(newPolicy, input, 'ValidationException').Policy) });
    return { RevisionId: randomUUID() };
  },
  DeleteResourcePolicy: ({ change }) => {
    change({ policy: undefined });
    return {};
  },
};

/** Carried out by the emulator. Each needs the right of its own name. */
const EMULATED = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchGetItem',
  'BatchWriteItem',
  'Query',
  'Scan',
  'ListTables',
  'DescribeTable',
  'UpdateTable',
  'DeleteTable',
];

/**
 * Those that change a table itself; CloudTrail keeps what is done with items as data events, and only where a trail asks
 * for them.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
 */
const RECORDED = [
  'UpdateTable',
  'DeleteTable',
  'UpdateTimeToLive',
  'UpdateContinuousBackups',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
];

const PROTECTED =
  'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.';

/** DynamoDB without a table; those of the deployed stacks are added. */
export function tableService(surroundings: TableSurroundings): TableService {
  const { account, region, partition, activity, problem } = surroundings;
  const emulate = emulator();
  const kept = new Map<string, TableSettings>();
  let ready: Promise<unknown> = Promise.resolve();

  const arnOf = (name: string) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  const nameOf = (nameOrArn: unknown) => String(nameOrArn).replace(/^.*:table\//, '');

  /** Names of the tables that a call is about. */
  const named = ({ RequestItems, TableName, ResourceArn }: Fields): string[] =>
    (typeof RequestItems === 'object' && RequestItems !== null
      ? Object.keys(RequestItems)
      : [TableName ?? ResourceArn]
    ).map(nameOf);

  const rights = (operation: string, { input }: Request) => {
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html: it names no table.
    if (operation === 'ListTables') return [{ action: 'dynamodb:ListTables', resource: '*', policy: [] }];
    return named(input).map((name) => ({
      action: `dynamodb:${operation}`,
      resource: arnOf(name) + (typeof input['IndexName'] === 'string' ? `/index/${input['IndexName']}` : ''),
      policy: kept.get(name)?.policy?.statements ?? [],
    }));
  };

  const create = async ({ definition, name }: Table) => {
    await emulate('CreateTable', definition);
    const isActive = async () => {
      const { Table: table } = await emulate('DescribeTable', { TableName: name });
      return z.object({ TableStatus: z.string() }).parse(table).TableStatus === 'ACTIVE';
    };
    while (!(await isActive())) await delay(1);
  };

  const beside = (run: (typeof BESIDE)[string], { input }: Request) => {
    const [name = ''] = named(input);
    const settings = kept.get(name);
    if (!settings) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    const change = (changed: Partial<TableSettings>) =>
      void kept.set(name, { ...(kept.get(name) ?? settings), ...changed });
    return run({ name, arn: arnOf(name), settings, change }, input);
  };

  const described = (name: string, table: unknown) => {
    const { isProtected, encryption } = kept.get(name) ?? {};
    return {
      ...z.looseObject({}).parse(table),
      TableArn: arnOf(name),
      DeletionProtectionEnabled: isProtected ?? false,
      ...(encryption && { SSEDescription: encryption }),
    };
  };

  const emulated = async (operation: string, { input }: Request): Promise<object> => {
    await ready;
    const [name = ''] = named(input);
    const plain: Fields = { ...input, ...('TableName' in input && { TableName: name }) };
    const settings = kept.get(name);
    switch (operation) {
      case 'DescribeTable': {
        const { Table: table } = await emulate(operation, plain);
        return { Table: described(name, table) };
      }
      case 'DeleteTable': {
        if (settings?.isProtected) throw invalid(PROTECTED);
        const { TableDescription } = await emulate(operation, plain);
        const answer = { TableDescription: described(name, TableDescription) };
        kept.delete(name);
        return answer;
      }
      case 'UpdateTable': {
        const { DeletionProtectionEnabled: isProtected, ...more } = plain;
        if (settings && typeof isProtected === 'boolean') kept.set(name, { ...settings, isProtected });
        const { Table: table } = await emulate('DescribeTable', { TableName: name });
        const changed =
          Object.keys(more).length > 1 ? (await emulate(operation, more))['TableDescription'] : table;
        return { TableDescription: described(name, changed) };
      }
      default:
        return emulate(operation, plain);
    }
  };

  const operation = (name: string, run: (request: Request) => object | Promise<object>): Operation => ({
    name,
    mutating: false,
    ...(RECORDED.includes(name) && {
      recorded: {
        eventSource: 'dynamodb.amazonaws.com',
        responseElements: lowerCamel,
        resources: ({ input }) =>
          named(input).map((table) => ({ type: 'AWS::DynamoDB::Table', ARN: arnOf(table) })),
      },
    }),
    perSecond: undefined,
    rights: (request) => rights(name, request),
    denial: ({ principal }, { action, resource }, decision) =>
      new AwsError(
        'AccessDeniedException',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
          (decision === 'explicitly denied'
            ? 'with an explicit deny'
            : `because no policy allows the ${action} action`),
      ),
    failure: (fault) =>
      new AwsError(fault, `${fault} was injected into ${name}.`, fault === 'InternalServerError' ? 500 : 400),
    run,
  });

  const all = [
    ...EMULATED.map((name) => operation(name, (request) => emulated(name, request))),
    ...Object.entries(BESIDE).map(([name, run]) => operation(name, (request) => beside(run, request))),
  ];
  const removeItemsOf = async ({ name, definition }: Table, which: (item: Fields) => boolean) => {
    const { Items } = await emulate('Scan', { TableName: name, ConsistentRead: true });
    const keys = z
      .looseObject({ KeySchema: z.array(z.object({ AttributeName: z.string() })) })
      .parse(definition)
      .KeySchema.map(({ AttributeName }) => AttributeName);
    for (const item of z.array(z.record(z.string(), z.unknown())).parse(Items).filter(which))
      await emulate('DeleteItem', {
        TableName: name,
        Key: Object.fromEntries(keys.map((key) => [key, item[key]])),
      });
  };

  const added: Table[] = [];
  return {
    removeItems: async (which) => {
      await ready;
      for (const table of added.filter(({ name }) => kept.has(name))) await removeItemsOf(table, which);
    },
    operations: all,
    state: () => kept,
    add: (tables) => {
      for (const table of tables) {
        added.push(table);
        kept.set(table.name, table.settings);
        ready = activity.track(Promise.all([ready, create(table)]));
        ready.catch((error: unknown) => {
          problem(`${table.name} is not there: ${String(error)}`);
        });
      }
    },
  };
}
