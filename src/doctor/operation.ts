import { DEFAULTS, minutesOf } from '../config/choices.ts';
import { oneLine } from '../foreign/printable.ts';
import { asRecord, asRecords } from '../foreign/values.ts';
import type { Examined, Queue, Refused, Subscription } from './examined.ts';
import {
  ago,
  allWell,
  type Check,
  deployAnew,
  type Finding,
  ill,
  knowing,
  quoted,
  unanswered,
  unknown,
  well,
} from './finding.ts';

const MINUTE = 60_000;

/** From one sweep to the next in ms, as the alarm that waits for them was deployed; the default where there is no such alarm. */
function sweepMs({ template }: Examined): number {
  const { Properties } =
    ('known' in template ? template.known.Resources['MissingSweepsAlarm'] : undefined) ?? {};
  const periods = asRecords(Properties?.['Metrics']).map(({ MetricStat }) =>
    Number(asRecord(MetricStat)['Period']),
  );
  const seconds = periods.find((period) => period > 0);
  return seconds === undefined ? minutesOf(DEFAULTS.sweepRate) * MINUTE : seconds * 1000;
}

const logsOf = ({ service, stage, region }: Examined, name: string): string =>
  `aws logs tail /aws/lambda/${service}-${stage}-${name} --since 1h --region ${region}`;

const sweeps: Check = {
  question: 'Sweeps',
  answer: (examined) =>
    knowing('the metric SweepFinished', examined.lastSweep, examined, (last) => {
      const { now, stack } = examined;
      // As the alarm waits: three intervals, and a quarter of an hour at least.
      const most = Math.max(3 * sweepMs(examined), 15 * MINUTE);
      if (last !== undefined && now - last <= most) return [well(`the last one finished ${ago(now - last)}`)];
      const isNew = 'known' in stack && now - stack.known.changedAt <= most;
      if (last === undefined && isNew) return [unknown('none has finished yet; the stage is new')];
      return [
        ill(
          last === undefined ? 'none has finished in four days' : `the last one finished ${ago(now - last)}`,
          logsOf(examined, 'tell'),
        ),
      ];
    }),
};

/** Passes come and go at each sweep: they are told at once, or wait. All other queues hold only what went wrong. */
function queueFindings(queue: Queue, examined: Examined): Finding[] {
  const { logicalId, url, messages, oldestSeconds } = queue;
  const name = oneLine(url.replace(/^.*\//, ''));
  const isTransit = logicalId === 'Passes';
  const look = `aws sqs receive-message --queue-url ${quoted(url)} --region ${examined.region}`;
  const aged = (): Finding[] => [
    ...knowing(`the age of what waits in ${name}`, oldestSeconds, examined, (seconds) =>
      seconds !== undefined && seconds > 900
        ? [
            ill(
              `${name}: something waits for ${Math.round(seconds / 60)} minutes to be told`,
              logsOf(examined, 'tell'),
            ),
          ]
        : [],
    ),
  ];
  if ('unread' in messages) return [unanswered('the queues', messages.unread, examined)];
  if (isTransit) return messages.known > 0 ? aged() : [];
  return messages.known > 0
    ? [ill(`${name} holds ${messages.known} ${messages.known === 1 ? 'message' : 'messages'}`, look)]
    : [];
}

const queues: Check = {
  question: 'Queues',
  answer: (examined) =>
    knowing('what the stack holds', examined.resources, examined, () =>
      allWell(
        examined.queues.flatMap((queue) => queueFindings(queue, examined)),
        `${examined.queues.length} queues hold nothing that failed or waits`,
      ),
    ),
};

function subscriptionFindings(
  { topic, arn, protocol, endpoint, filter }: Subscription,
  examined: Examined,
): Finding[] {
  const { region } = examined;
  const who = `${oneLine(protocol)} ${oneLine(endpoint)}`;
  if (arn === undefined)
    return [
      ill(
        `${who} has not confirmed its subscription; this sends the confirmation anew`,
        `aws sns subscribe --topic-arn ${quoted(topic)} --protocol ${quoted(protocol)} --notification-endpoint ${quoted(endpoint)} --region ${region}`,
      ),
    ];
  return [
    ...knowing('the filters of the subscriptions', filter, examined, (policy) =>
      policy === undefined
        ? []
        : [
            ill(
              `${who} hears only what a filter lets through: ${oneLine(policy, 60)}`,
              `aws sns set-subscription-attributes --subscription-arn ${quoted(arn)} --attribute-name FilterPolicy --attribute-value '{}' --region ${region}`,
            ),
          ],
    ),
  ];
}

function topicOf({ resources }: Examined, logicalId: string): string | undefined {
  return 'known' in resources
    ? resources.known.find((each) => each.logicalId === logicalId)?.physicalId
    : undefined;
}

const subscriptions: Check = {
  question: 'Subscriptions',
  answer: (examined) =>
    knowing('what the stack holds', examined.resources, examined, () =>
      knowing('who hears of alerts', examined.subscriptions, examined, (all) => {
        const topic = topicOf(examined, 'AlertTopic');
        const own = all.filter((each) => each.topic === topic);
        if (own.length === 0)
          return [
            ill(
              'nobody is subscribed to the alerts',
              topic === undefined
                ? deployAnew(examined)
                : `aws sns subscribe --topic-arn ${quoted(topic)} --protocol email --notification-endpoint security@example.com --region ${examined.region}`,
            ),
          ];
        return allWell(
          all.flatMap((each) => subscriptionFindings(each, examined)),
          `${all.length} confirmed, and every alert comes through`,
        );
      }),
    ),
};

const alerts: Check = {
  question: 'Last alert',
  answer: (examined) =>
    knowing('what SNS could not deliver', examined.lastUndelivered, examined, (failed) =>
      knowing('what SNS delivered', examined.lastDelivered, examined, (delivered) => {
        const { now, region } = examined;
        const topic = quoted(topicOf(examined, 'AlertTopic') ?? '');
        if (failed !== undefined && failed >= (delivered ?? 0))
          return [
            ill(
              `SNS could not deliver an alert ${ago(now - failed)}`,
              `aws sns list-subscriptions-by-topic --topic-arn ${topic} --region ${region}`,
            ),
          ];
        if (delivered === undefined)
          return [
            unknown(
              'none was sent in two weeks, so nothing proves that they arrive; this sends one',
              `aws sns publish --topic-arn ${topic} --subject 'Trailkeeper: a test' --message 'It arrives.' --region ${region}`,
            ),
          ];
        return [well(`SNS delivered one ${ago(now - delivered)}`)];
      }),
    ),
};

/** How to stop what stands in the way of a role, or to see it. */
function remedyFor(by: Refused['by'], role: string, examined: Examined): string {
  const name = quoted(role);
  switch (by) {
    case 'organization':
      return `aws organizations list-policies-for-target --target-id ${examined.account ?? ''} --filter SERVICE_CONTROL_POLICY`;
    case 'boundary':
      return `aws iam delete-role-permissions-boundary --role-name ${name}`;
    case 'deny':
      return `aws iam list-attached-role-policies --role-name ${name}`;
    case 'role':
      return deployAnew(examined);
  }
}

const WORDS: Readonly<Record<Refused['by'], string>> = {
  organization: 'a policy of the organisation stands in its way',
  boundary: 'its permissions boundary stands in its way',
  deny: 'a policy denies it',
  role: 'its policy does not allow it any more',
};

/** The simulator asks for no resource's own policy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
const rights: Check = {
  question: 'Rights',
  answer: (examined) =>
    knowing('what the stack holds', examined.resources, examined, () => {
      const findings = examined.roles.flatMap(({ role, statement, asked }) =>
        knowing('what the roles may do', asked, examined, (refused) =>
          (['organization', 'boundary', 'deny', 'role'] as const).flatMap((by) => {
            const [first, ...others] = refused.filter((each) => each.by === by);
            if (!first) return [];
            const more = others.length > 0 ? ` and ${others.length} more` : '';
            return [
              ill(
                `${oneLine(role)}, ${oneLine(statement)}: ${first.action} on ${oneLine(first.resource)}${more}: ${WORDS[by]}`,
                remedyFor(by, role, examined),
              ),
            ];
          }),
        ),
      );
      return allWell(
        findings,
        `each of ${examined.roles.length} statements is allowed, by its role and by the organisation`,
      );
    }),
};

/** Whether the guard does its work, may do it, and is heard. */
export const OPERATION_CHECKS: readonly Check[] = [rights, sweeps, queues, subscriptions, alerts];
