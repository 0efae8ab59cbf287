import { CreateTrailCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { iamUser } from '../../local/aws/iam/principal.ts';
import { delay } from '../../local/aws/wire/delay.ts';
import { withoutNetwork } from '../../local/aws/wire/no-network.ts';
import type { VirtualRange } from '../../local/drill/virtual-range.ts';
import { drillAccount } from '../../src/aws/drill-account.ts';
import { drillBucket, drillName } from '../../src/baseline/drill.ts';
import type { DrillAccount } from '../../src/drill/account.ts';
import { isPassed } from '../../src/drill/measured.ts';
import { planAt } from '../../src/drill/plan.ts';
import { measuredOnAws, type Question, QUESTIONS } from '../../src/drill/questions.ts';
import { cleanUp, leftovers, PACE, type Running, runDrill } from '../../src/drill/run.ts';
import { onVirtualRange, subjects } from '../local/drill/on-range.ts';

/** Nobody listens there: what is asked of it is answered in this process. */
const ENDPOINT = 'http://127.0.0.1:9';

/** Longer than any answer takes, in ms. */
const PATIENCE_MS = 5000;

/** Ada drills; the clients are real ones. */
function opened({ aws }: VirtualRange): Promise<DrillAccount> {
  const credentials = aws.signIn({ userIdentity: iamUser(aws.account, 'ada') });
  const requestHandler = withoutNetwork(aws.answer, PATIENCE_MS) as never;
  const connection = { endpoint: ENDPOINT, credentials, requestHandler };
  return drillAccount({ service: 'trailkeeper', stage: 'drill', region: aws.region, connection });
}

const running = (broken?: AbortSignal): Running => ({
  stage: 'drill',
  now: Date.now,
  sleep: async (ms) => {
    await delay(ms, broken);
    broken?.throwIfAborted();
  },
  sleepOn: delay,
  say: () => undefined,
  pace: PACE,
});

const planOf = ({ home }: DrillAccount) => planAt(Date.now(), home);

test('each blow is mended, told as a drill and measured; nothing is left, and no declared trail was touched', async () => {
  await onVirtualRange('drill', async (range) => {
    const { aws } = range;
    const before = aws.trails();
    const account = await opened(range);
    const plan = planOf(account);
    const drilled = await runDrill(account, running(), plan);
    await aws.idle();
    expect(drilled.blows.map(({ blow, call }) => `${blow}: ${call}`)).toEqual([
      'stop: StopLogging',
      'redirect: UpdateTrail',
      'narrow: PutEventSelectors',
      'delete: DeleteTrail',
    ]);
    for (const { toEvent, toFirstRepair, toWhole, toAlert, toHistory } of drilled.blows)
      for (const seconds of [toEvent, toFirstRepair, toWhole, toAlert, toHistory])
        expect(seconds).toBeGreaterThanOrEqual(0);
    expect(isPassed(drilled, plan.blows.length)).toBe(true);
    expect(aws.trails()).toEqual(before);
    expect(await account.hasBucket()).toBe(false);
    const told = subjects(range);
    expect(told.length).toBeGreaterThanOrEqual(6);
    expect(told.filter((subject) => !subject?.includes('] DRILL '))).toEqual([]);
    expect(told.at(-1)).toMatch(/^\[INFO\] DRILL trailkeeper-drill-\S+ deleted by ada, the drill is over/);
    const changed = aws.calls.filter(({ mutating, principal }) => mutating && principal.includes('ada'));
    expect(JSON.stringify(changed)).not.toContain('org-audit-trail');
    expect(aws.problems).toEqual([]);
  });
});

test('a drill that is broken off takes away what it has made', async () => {
  await onVirtualRange('drill', async (range) => {
    const before = range.aws.trails();
    const account = await opened(range);
    const breaking = new AbortController();
    const say = (line: string) => {
      if (line.startsWith('redirect')) breaking.abort();
    };
    const broken = { ...running(breaking.signal), say };
    await expect(runDrill(account, broken, planOf(account))).rejects.toThrow(/aborted/);
    await range.aws.idle();
    expect(await leftovers(account)).toEqual([]);
    expect(range.aws.trails()).toEqual(before);
  });
});

test('what a killed drill has left, the next one takes away before it begins', async () => {
  await onVirtualRange('drill', async (range) => {
    const before = range.aws.trails();
    const account = await opened(range);
    const plan = planAt(Date.now() - 5000, account.home);
    const die = () => Promise.reject(new Error('killed'));
    const dead = { ...account, strike: die, removeBucket: die };
    await expect(runDrill(dead, running(), plan)).rejects.toThrow('killed');
    expect(await leftovers(account)).toEqual([`trail ${plan.trail.Name}`, 'the bucket of the drills']);
    const drilled = await runDrill(account, running(), planOf(account));
    await range.aws.idle();
    expect(drilled.left).toEqual([]);
    expect(await leftovers(account)).toEqual([]);
    expect(range.aws.trails()).toEqual(before);
  });
});

test('where five trails are, nothing is created', async () => {
  await onVirtualRange('drill', async (range) => {
    for (const Name of ['one', 'two', 'three'].map((each) => `team-${each}`))
      await range.alice.send(new CreateTrailCommand({ Name, S3BucketName: 'example-team-logs' }));
    await range.aws.idle();
    const before = range.aws.trails();
    expect(before).toHaveLength(5);
    const account = await opened(range);
    await expect(runDrill(account, running(), planOf(account))).rejects.toThrow(
      'There are 5 trails in us-east-1, and CloudTrail allows 5: a drill needs one of its own',
    );
    expect(range.aws.trails()).toEqual(before);
    expect(await account.hasBucket()).toBe(false);
  });
});

test('whoever copies the name, without the bucket, is told as anybody else and gets no defence', async () => {
  await onVirtualRange('drill', async (range) => {
    const { aws, mallory } = range;
    aws.breakDestination(
      drillBucket({ account: aws.account, region: aws.region, partition: 'aws' }),
      'S3BucketDoesNotExistException',
    );
    const Name = drillName(Date.now() + 30 * 60_000);
    await mallory.send(new CreateTrailCommand({ Name, S3BucketName: 'mallory-bucket' }));
    await aws.idle();
    await mallory.send(new StopLoggingCommand({ Name: 'org-audit-trail' }));
    await aws.idle();
    const account = await opened(range);
    expect(subjects(range)).toHaveLength(2);
    expect(subjects(range).filter((subject) => subject?.includes('DRILL'))).toEqual([]);
    await expect(cleanUp(account, running())).resolves.toEqual([]);
    await aws.idle();
    expect(aws.trails().map((trail) => trail.Name)).not.toContain(Name);
  });
});

test('what a program can answer of docs/measure-on-aws.md is answered, and the rest says why not', async () => {
  await onVirtualRange('drill', async (range) => {
    const account = await opened(range);
    const drilled = await runDrill(account, { ...running(), measures: true }, planOf(account));
    await range.aws.idle();
    expect(drilled.left).toEqual([]);
    const { answers } = measuredOnAws(drilled.answers ?? {}, 0, 'us-east-1');
    const answered = Object.values<Question>(QUESTIONS).filter(
      ({ takesAPerson }) => takesAPerson === undefined,
    );
    expect(answers.filter(({ answer }) => answer !== undefined).map(({ question }) => question)).toEqual(
      answered.map(({ question }) => question),
    );
    expect(drilled.answers).toMatchObject({
      aggregation: 'yes, or the guard was faster',
      sameBucket: expect.stringMatching(/^yes: InsufficientS3BucketPolicyException/) as string,
      requestIds: "yes, of the drill's own calls that were tried once",
      ledgerPolicy: expect.any(String) as string,
      spelling: expect.stringContaining('AddTags: {"resourceId":"arn:aws:cloudtrail:') as string,
    });
    expect(subjects(range).filter((subject) => !subject?.includes('] DRILL '))).toEqual([]);
  });
});
