import { openRange, type Range } from '../../../local/drill/drill.ts';
import { packageOf } from '../../packages/packages.ts';

export { sweep } from '../../../local/drill/drill.ts';

/** The deployed package on an embedded AWS of its own, for one test. */
export async function onRange(
  stage: 'drill' | 'undeclared',
  use: (range: Range) => Promise<void>,
): Promise<void> {
  const range = await openRange({ latencyMs: 0, directory: packageOf(stage) });
  range.aws.forget();
  try {
    await use(range);
  } finally {
    await range.close();
  }
}

/** The subjects of the mails that have been sent. */
export const subjects = ({ aws }: Range) => aws.messages.map(({ subject }) => subject);

/** The changes that the guard has made. */
export const writesOfTheGuard = ({ aws }: Range) =>
  aws.calls.filter(({ mutating, principal }) => mutating && principal.includes('HealRole'));
