import { DELIVERY_ATTACKS } from './attacks/delivery.ts';
import { GUARD_ATTACKS } from './attacks/guard.ts';
import { drillInVirtualTime } from './virtual-drill.ts';

/**
 * A process of its own, for time is virtual in all of a process: strikes what the trails deliver through, by event and by sweep, and the
 * guard itself; or only the attack that is named. Each result is a message to its parent.
 */
const [directory = '', name] = process.argv.slice(2);
const isChosen = (attack: { readonly name: string }) => name === undefined || attack.name === name;
const tell = (group: string) => (result: unknown) => process.send?.({ group, result });
const [delivery, guard] = [DELIVERY_ATTACKS.filter(isChosen), GUARD_ATTACKS.filter(isChosen)];
if (delivery.length > 0) {
  await drillInVirtualTime(directory, delivery, false, tell('event'));
  await drillInVirtualTime(directory, delivery, true, tell('sweep'));
}
if (guard.length > 0) await drillInVirtualTime(directory, guard, false, tell('guard'));
if (process.connected) process.disconnect();
