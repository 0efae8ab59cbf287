import type { Credentials } from '../../aws/iam/principal.ts';
import { assumedRole } from '../../aws/iam/principal.ts';
import { RUNTIME_CLIENT_NAME } from './container.ts';
import { type DeployedFunction, readGuard } from './deployed-guard.ts';
import { type Guard, startGuard } from './guard.ts';
import { type Inbox, subscribe } from './inbox.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { missingTypes } from './missing-types.ts';
import type { Project } from './project.ts';
import { ACCOUNT, ask } from './raw.ts';
import type { Relay } from './relay.ts';
import { undoing } from './undoing.ts';

/** What `serverless deploy` names things after, for the drill's stage. */
const STACK = 'trailkeeper-drill';

/** What a stack leaves when it is removed, by name. */
interface Retained {
  readonly table: string;
  readonly bucket: string;
}

/** The package, deployed and running. */
export interface Deployment {
  readonly guard: Guard;
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  /** What can never be told. */
  readonly parkedQueue: string;
  readonly retained: Retained;
  /** Ends the functions, and takes the stack away by `serverless remove`. Rejects unless its evidence stays. */
  readonly remove: () => Promise<void>;
}

function variable(functions: readonly DeployedFunction[], name: string): string {
  const values = functions.flatMap(({ configuration }) => configuration.Environment.Variables[name] ?? []);
  if (values[0] === undefined) throw new Error(`No function is told ${name}`);
  return values[0];
}

async function mustBeThere(endpoint: string, { table, bucket }: Retained): Promise<void> {
  const body = JSON.stringify({ TableName: table });
  await ask(endpoint, { service: 'dynamodb', target: 'DynamoDB_20120810.DescribeTable', body });
  await ask(endpoint, { service: 's3', method: 'HEAD', path: `/${bucket}` });
}

function credentialsFor(relay: Relay): (deployed: DeployedFunction) => Credentials {
  return ({ configuration: { Role, FunctionName, FunctionArn } }) =>
    relay.signIn({
      userIdentity: {
        ...assumedRole(ACCOUNT, Role.split('/').pop() ?? '', FunctionName),
        inScopeOf: { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: FunctionArn },
      },
      sourceIPAddress: '203.0.113.50',
    });
}

/**
 * Deploys the package by the command that a user gives, reads what was deployed from the endpoint itself, and makes it run.
 * Each finished step is told.
 */
export async function deploy(
  endpoint: string,
  relay: Relay,
  project: Project,
  tell: (done: string) => void,
): Promise<Deployment> {
  const steps = undoing();
  try {
    steps.add(project.remove);
    const zips = await project.deploy();
    const deployed = await readGuard(endpoint, STACK, zips);
    const { functions, rules, mappings } = deployed;
    tell(
      `serverless deploy put ${[...zips.keys()].join(' and ')} there, ${rules.length} rules and ${mappings.length} queue that wake them`,
    );
    const missing = await missingTypes(endpoint, STACK, await project.template());
    if (missing.length > 0) tell(`but nothing of ${missing.join(', ')}: this AWS has none`);

    const guard = startGuard(deployed, credentialsFor(relay), relay.endpoint);
    steps.add(guard.close);
    tell(`the functions run on ${RUNTIME_CLIENT_NAME}, Node.js ${process.version}`);
    const inbox = await subscribe(endpoint, variable(functions, 'ALERT_TOPIC'));
    steps.add(inbox.close);
    const retained = {
      table: variable(functions, 'LEDGER_TABLE'),
      bucket: variable(functions, 'SINK_BUCKET'),
    };
    const ledger = openLedger(endpoint, retained.table);
    steps.add(ledger.close);
    return {
      guard,
      inbox,
      ledger,
      parkedQueue: variable(functions, 'PARKED_QUEUE'),
      retained,
      remove: async () => {
        await steps.run();
        await mustBeThere(endpoint, retained);
        tell(`serverless remove took the stack away, and left ${retained.table} and ${retained.bucket}`);
      },
    };
  } catch (error) {
    // What failed first is worth more than what could not be undone after it.
    await steps.run().catch(() => undefined);
    throw error;
  }
}
