import { DeleteTrailCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { differences, GUARD_ROLE, mailsIn, namesMallory } from './drill.ts';
import { AUDIT_TRAIL } from './estate.ts';
import { judge, type Ordeal, says, until, wholeAgain, healedIn } from './ordeal.ts';
import { plural } from '../table.ts';

/** All the tries of two invocations: the third is the last. */
const SEND_FAILURES = 8;

/** More calls than are made in any of these ordeals. */
const MANY = 500;

const redirect = new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });

/** All the tries of one invocation. */
const PUBLISH_FAILURES = 5;

const silentTopic: Ordeal = {
  name: 'silent-topic',
  story: 'Mallory redirects the trail while SNS takes no alert',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    const refused = () => aws.calls.filter(({ operation, error }) => operation === 'Publish' && error).length;
    aws.fail('Publish', 'InternalErrorException', PUBLISH_FAILURES);
    await mallory.send(redirect);
    await until(range, () => refused() === PUBLISH_FAILURES);
    const whole = wholeAgain(range, before, 'whole again meanwhile');
    const early = aws.messages.length;
    await aws.idle();
    const mails = mailsIn(aws);
    return judge(range, [
      whole,
      [`SNS failed ${refused()} times, ${plural(early, 'mail')} got through`, early === 0],
      [
        `${plural(mails.length, 'mail')} once it took them, naming Mallory`,
        mails.length > 0 && mails.every(namesMallory),
      ],
    ]);
  },
};

const silentQueue: Ordeal = {
  name: 'silent-queue',
  story: 'Mallory redirects the trail while the queue between the functions takes nothing',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    const refused = () =>
      aws.calls.filter(({ operation, error }) => operation === 'SendMessage' && error).length;
    aws.fail('SendMessage', 'InternalError', SEND_FAILURES);
    await mallory.send(redirect);
    await until(range, () => refused() === SEND_FAILURES);
    const whole = wholeAgain(range, before, 'whole again meanwhile');
    await aws.idle();
    const mails = mailsIn(aws);
    return judge(range, [
      whole,
      [`SQS refused ${refused()} times`, true],
      [`${plural(mails.length, 'mail')}, naming Mallory`, mails.length > 0 && mails.every(namesMallory)],
    ]);
  },
};

const silentLedger: Ordeal = {
  name: 'silent-ledger',
  story: 'Mallory redirects the trail while the ledger can neither be read nor written',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    for (const operation of ['BatchGetItem', 'PutItem', 'Query', 'DeleteItem'])
      aws.fail(operation, 'ResourceNotFoundException', MANY);
    await mallory.send(redirect);
    await aws.idle();
    const refused = aws.calls.filter(({ error }) => error === 'ResourceNotFoundException').length;
    const mails = mailsIn(aws);
    return judge(range, [
      wholeAgain(range, before, 'whole again'),
      [`DynamoDB refused ${refused} times`, refused > 0],
      [
        `${plural(mails.length, 'mail')} all the same, naming Mallory`,
        mails.length > 0 && mails.every(namesMallory),
      ],
    ]);
  },
};

/** What the dead container called is told as well: nobody has handed over its request id, so that it may be a thief's. */
const killed: Ordeal = {
  name: 'killed',
  story: 'Mallory deletes the trail, and the function dies in the middle of the heal, then before the mail',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    const hasMet = (fault: string) => aws.calls.some(({ error }) => error === fault);
    aws.fail('CreateTrail', 'killed-after');
    aws.fail('Publish', 'killed');
    await mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
    await until(range, () => hasMet('killed-after'));
    const halfway = differences(before, aws.trails());
    await until(range, () => hasMet('killed'));
    const early = aws.messages.length;
    await aws.idle();
    const deaths = aws.invocations.filter(({ error }) => error?.errorType === 'Runtime.ExitError').length;
    const mails = mailsIn(aws);
    return judge(range, [
      [`killed with ${halfway.length} differences left`, halfway.length > 0],
      [
        `killed again with ${plural(early, 'mail')} sent, ${plural(deaths, 'invocation')} lost`,
        early === 0 && deaths >= 2,
      ],
      wholeAgain(range, before, "whole by Lambda's retries"),
      [
        `${plural(mails.length, 'mail')}, the first naming Mallory`,
        mails.slice(0, 1).some(namesMallory) && mails.slice(1).every((mail) => says(mail, GUARD_ROLE)),
      ],
    ]);
  },
};

const throttled: Ordeal = {
  name: 'throttled',
  story: 'Mallory redirects the trail, and CloudTrail throttles its repair',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    const release = aws.holdEvents();
    await mallory.send(redirect);
    aws.fail('UpdateTrail', 'ThrottlingException', 2);
    const startedAt = performance.now();
    release();
    await aws.idle();
    const healedInMs = healedIn(range, startedAt);
    const refused = aws.calls.filter(({ error }) => error === 'ThrottlingException').length;
    const mails = mailsIn(aws);
    return judge(range, [
      [`throttled ${refused} times`, refused > 0],
      wholeAgain(range, before, `whole again in ${healedInMs} ms`),
      [`${plural(mails.length, 'mail')}, naming Mallory`, mails.length > 0 && mails.every(namesMallory)],
    ]);
  },
};

/** AWS itself fails while the guard heals. */
export const OUTAGES: readonly Ordeal[] = [throttled, silentTopic, silentQueue, silentLedger, killed];
