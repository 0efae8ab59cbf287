import type { Credentials } from '../../aws/iam/principal.ts';
import { assumedRole } from '../../aws/iam/principal.ts';
import { RUNTIME_CLIENT_NAME } from './container.ts';
import { readGuard } from './deployed-guard.ts';
import { type Guard, startGuard } from './guard.ts';
import { missingTypes } from './missing-types.ts';
import { copyProject } from './project.ts';
import { ACCOUNT } from './raw.ts';
import type { Relay } from './relay.ts';
import type { Undoing } from './undoing.ts';

/** What `serverless deploy` names things after, for the drill's stage. */
export const STACK = 'trailkeeper-drill';

/**
 * Captures the live trails and deploys the package, both by the commands that a user gives, then reads what was deployed
 * from the endpoint itself and makes it run.
 */
export async function deploy(
  endpoint: string,
  relay: Relay,
  user: Credentials,
  undoing: Undoing,
  tell: (done: string) => void,
): Promise<Guard> {
  const project = await copyProject(relay.endpoint, user);
  undoing.add(project.discard);
  const isCommitted = (await project.capture()) === (await project.committed());
  tell(`npm run capture wrote a baseline of them, ${isCommitted ? '' : 'NOT '}the committed one`);

  undoing.add(async () => {
    await project.remove();
    tell('serverless remove took the stack away');
  });
  const zip = await project.deploy();
  const deployed = await readGuard(endpoint, `${STACK}-heal`, zip);
  tell(`serverless deploy put the function there, and ${deployed.rules.length} rules that may invoke it`);
  const missing = await missingTypes(endpoint, STACK, await project.template());
  if (missing.length > 0) tell(`but nothing of ${missing.join(', ')}: this AWS has none`);

  const { Role, FunctionName } = deployed.configuration;
  const role = relay.signIn({
    userIdentity: assumedRole(ACCOUNT, Role.split('/').pop() ?? '', FunctionName),
    sourceIPAddress: '203.0.113.50',
  });
  const guard = startGuard(deployed, zip, role, relay.endpoint);
  undoing.add(guard.close);
  tell(`the function runs on ${RUNTIME_CLIENT_NAME}, Node.js ${process.version}`);
  return guard;
}
