import { inVirtualTime } from './virtual-time.ts';
import { openVirtualRange, theWholeGuard } from './virtual-range.ts';
import { drill, type Result } from './drill.ts';
import type { Attack } from './attacks/attack.ts';

/**
 * Lets Mallory strike once after another, in virtual time, at the guard that a package declares. Where all came back, the next attack
 * strikes the same range; otherwise another. Tells each result when it is known.
 */
export function drillInVirtualTime(
  directory: string,
  attacks: readonly Attack[],
  inTheDark: boolean,
  tell: (result: Result) => void,
): Promise<void> {
  return inVirtualTime(async () => {
    const open = () => openVirtualRange(directory, {}, theWholeGuard);
    let range = await open();
    for (const attack of attacks) {
      const result = await drill(range, attack, inTheDark);
      tell(result);
      if (result.whole && !attack.stays) continue;
      await range.aws.stop();
      range = await open();
    }
    await range.aws.stop();
  });
}
