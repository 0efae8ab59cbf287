import { assumedRole } from '../../local/aws/iam/principal.ts';
import { withoutNetwork } from '../../local/aws/wire/no-network.ts';
import { clientsOf } from '../../local/drill/clients.ts';
import { drill, namesMallory } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { openVirtualRange, theWholeGuard, type VirtualRange } from '../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../local/drill/virtual-time.ts';
import { readGrant } from '../../local/proofs/rights/granted-rights.ts';
import { packageOf } from '../packages/packages.ts';
import { changing, rowOf } from '../stack/stolen-roles.ts';

const open = () => openVirtualRange(packageOf('drill'), {}, theWholeGuard);

/** Whoever runs code in a function, and so has what its role may do. */
function thiefIn({ aws, stack }: VirtualRange, name: string) {
  const found = stack.functions.find((each) => each.name.endsWith(`-${name}`));
  if (!found) throw new Error(`There is no function ${name}`);
  const userIdentity = assumedRole(aws.account, found.role.name, found.name);
  return clientsOf({
    region: aws.region,
    credentials: aws.signIn({ userIdentity, role: found.role.arn, sourceFunction: found.arn }),
    maxAttempts: 3,
    requestHandler: withoutNetwork(aws.answer, 5000) as never,
  });
}

test.each([
  ['HealRole', 'heal'],
  ['WatchRole', 'watch'],
])(
  'a thief of %s cannot, by any one right, keep a stopped trail from being started again and told with who stopped it',
  (role, name) =>
    inVirtualTime(async () => {
      let range = await open();
      const through: string[] = [];
      for (const right of changing(readGrant(packageOf('drill'), range.stack.deployment, role))) {
        const misuse = rowOf(right)?.[2];
        if (typeof misuse !== 'function') continue;
        const thief = thiefIn(range, name);
        const place = { arn: right.resource, name: right.resource.split(/[:/]/).at(-1) ?? '' };
        const what = `${right.action} ${place.name}`;
        const { broken, mails, whole, stays } = await drill(range, {
          name: what,
          effect: 'by a right of the guard',
          calls: ['StopLogging'],
          needsSweep: true,
          strike: async (mallory) => {
            await misuse(thief, place);
            await mallory.cloudTrail.stopLogging({ Name: AUDIT_TRAIL });
          },
        });
        const isTold = mails.some((mail) => namesMallory(mail) && mail.body.includes('StopLogging'));
        if (!isTold) through.push(`${what}: not told`);
        through.push(
          ...broken.filter((field) => field.startsWith(AUDIT_TRAIL)).map((field) => `${what}: ${field}`),
        );
        if (whole && !stays) continue;
        await range.aws.stop();
        range = await open();
      }
      await range.aws.stop();
      expect(through).toEqual([]);
    }),
  600_000,
);
