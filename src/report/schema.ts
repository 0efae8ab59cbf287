import { z } from 'zod';

/*
 * The one definition of what is told of an incident: the type of a report and docs/report.schema.json come from it. It runs in
 * tests and when the schema is written, never inside the Lambda function, which only knows the type.
 */

/** Raised in the first place when something is renamed or removed, in the second when something is added. */
export const REPORT_VERSION = '1.1';

const text = z.string();
const lines = z.array(z.string());
const time = z.string().describe('ISO 8601, UTC.');
const seconds = z.number().min(0);

const actor = z.strictObject({
  name: text.describe('One readable line: role Admin, session mallory.'),
  shortName: text.describe('As in the subject: mallory.'),
  type: text.optional().describe("The type of CloudTrail's userIdentity."),
  arn: text.optional(),
  account: text.optional(),
  mfa: z.boolean().optional().describe('Absent where the event does not say.'),
  accessKey: z
    .strictObject({ id: text, kind: z.enum(['long-term', 'temporary', 'unknown']) })
    .optional()
    .describe('Long-term keys begin with AKIA, temporary ones with ASIA.'),
  sessionStarted: time.optional().describe('When the credentials of a session were issued.'),
  sourceIdentity: text.optional().describe('Who first assumed the role, as their sign-in has set it.'),
  onBehalfOf: text.optional().describe('Id of the user of IAM Identity Center for whom the call was made.'),
  invokedBy: text.optional().describe('The service that made the call for the actor.'),
  invokedByDelegate: text.optional().describe("The account of CloudTrail's invokedByDelegate."),
  credentialsIssuedTo: text.optional().describe("ARN of CloudTrail's inScopeOf: a function, for example."),
  sourceArn: text.optional().describe("ARN of CloudTrail's inScopeOf."),
});

const call = z.strictObject({
  eventName: text,
  eventId: text.optional(),
  time: time.optional().describe("CloudTrail's own time of the call, in whole seconds."),
  trail: text.optional(),
  resource: text.optional().describe('What it was called on, where that is no trail: key alias/audit.'),
  actor,
  sourceIp: text.optional(),
  userAgent: text.optional(),
  vpcEndpointId: text.optional(),
  vpcEndpointAccountId: text.optional(),
});

const change = z.strictObject({
  field: text.describe('As in the baseline.'),
  before: lines.describe('As declared, one item each.'),
  found: lines,
  now: lines,
  gone: lines
    .optional()
    .describe('What is in before and not in found, where the values are too long to be compared by eye.'),
  added: lines.optional().describe('What is in found and not in before; there where gone is.'),
});

const repair = z.strictObject({
  call: text.describe('The API call with what it sets.'),
  result: z.enum(['done', 'refused', 'not done']).describe('not done: monitor mode.'),
  error: text.optional(),
});

const blindWindow = z.strictObject({
  from: time,
  until: time,
  seconds: seconds.describe('At most: from the stop to the moment when logging was verified on again.'),
});

const trail = z.strictObject({
  name: text,
  arn: text,
  link: text.describe("The trail's page in the console. UNVERIFIED: not a documented address."),
  declared: z.boolean().describe('Whether the baseline declares it.'),
  standing: z.enum(['homed', 'missing', 'elsewhere', 'organization']),
  isLogging: z.boolean().optional().describe('As last read; absent where it could not be.'),
  isWhole: z.boolean().describe('Whether the last reading showed it complete and as declared.'),
  verified: time,
  blind: blindWindow.optional(),
  wasGone: z.boolean(),
  changes: z.array(change),
  repairs: z.array(repair),
});

const resource = z.strictObject({
  kind: text,
  name: text.describe("As its service's API takes it."),
  title: text.describe('As people say it: bucket example-audit-logs.'),
  purpose: z
    .enum(['delivery', 'guard'])
    .describe('delivery: trails deliver through it; guard: a part of Trailkeeper itself.'),
  trails: lines.describe('The trails that deliver through it.'),
  watch: z.enum(['enforce', 'alert']),
  standing: z.enum(['here', 'missing', 'foreign']).describe('foreign: it belongs to another account.'),
  isWhole: z.boolean().describe('Whether the last reading showed it complete and as declared.'),
  verified: time,
  wasGone: z.boolean(),
  changes: z.array(change),
  repairs: z.array(repair),
  remarks: lines.describe('What is not declared, does no harm, and was left alone.'),
});

const delivery = z.strictObject({
  trail: text,
  what: text.describe('log files to S3, events to CloudWatch Logs, or notifications to SNS.'),
  isProven: z.boolean().describe('Whether something has arrived since what was wrong was put back.'),
  latest: time.optional().describe('When something arrived last, as CloudTrail says.'),
  fault: text.optional().describe('Why it cannot be delivered.'),
});

const notableCall = z.strictObject({
  time: time.optional(),
  eventSource: text,
  eventName: text,
  eventId: text.optional(),
  sourceIp: text.optional(),
  refused: text.optional().describe('The error, where the call was refused.'),
  resources: lines,
});

const containment = z.strictObject({
  principal: text.describe('ARN of the IAM user or role.'),
  result: z.enum(['contained', 'refused', 'exempt']),
  reason: text.describe('Why, in one line.'),
  undo: text.optional().describe('The command that takes it back.'),
});

const aftermath = z.strictObject({
  from: time,
  until: time,
  calls: z.array(notableCall).describe("The actor's other notable calls, oldest first."),
  more: z.number().int().min(0).describe('How many more there were.'),
  fault: text.optional().describe('Why the Event history could not be asked.'),
});

const drill = z.strictObject({
  trail: text.describe('ARN of the trail that is the drill, and that all of this is about.'),
  until: time,
});

const changeWindow = z.strictObject({
  id: text.describe('Of the grant that it is.'),
  state: z
    .enum(['opened', 'used', 'closed', 'ended'])
    .describe('used: what this tells of was done within it, and stands. closed: before its time.'),
  on: text.describe('As people say it: trail org-audit-trail.'),
  actor: text.describe('ARN of the one whose changes stand, with a * at its end if need be.'),
  reason: text.describe('The ticket.'),
  openedBy: text.optional().describe('Absent where the Event history does not show it yet.'),
  from: time,
  until: time,
  changes: lines.optional().describe('When it is over: what was changed within it.'),
});

/** One report. Every text in it that comes from an event is one harmless line. */
export const reportSchema = z.strictObject({
  version: z.literal(REPORT_VERSION),
  id: text.describe('The same for all messages about one incident, also when an event is delivered twice.'),
  followsUp: z.boolean().describe('Whether the incident has been told before.'),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  verdict: z.enum(['restored', 'whole', 'broken', 'planned', 'refused', 'out-of-reach', 'ailing', 'unseen']),
  subject: text,
  summary: lines.describe('What happened and what became of it, the most important line first.'),
  nudge: z.enum(['tampering', 'attempt', 'sweep', 'signal', 'unreadable']),
  mode: z.enum(['enforce', 'monitor']),
  account: z.strictObject({ id: text, alias: text.optional() }),
  region: text,
  partition: text,
  call: call.optional().describe('The call that tells most.'),
  calls: z.array(call).describe('All of them, oldest first.'),
  trails: z.array(trail),
  resources: z.array(resource).describe('What the trails deliver through, and parts of the guard.'),
  times: z.strictObject({
    happened: time.optional(),
    detected: time,
    verified: time.optional(),
    secondsToDetect: seconds.optional(),
    secondsToHeal: seconds.optional().describe('From the detection to the reading that verified the repair.'),
    secondsBlind: seconds.optional(),
  }),
  attack: z.array(z.strictObject({ id: text, formerly: text, name: text })).describe('MITRE ATT&CK.'),
  controls: lines.describe('Controls that the change goes against: CIS AWS Foundations v7.0, Security Hub.'),
  stillBroken: lines,
  delivery: z
    .array(delivery)
    .optional()
    .describe('Of what was closed to CloudTrail, or may have been: whether it delivers again.'),
  nextSteps: lines,
  links: z.strictObject({
    eventHistory: text.describe('UNVERIFIED: not a documented address.'),
    runbook: text,
  }),
  faults: lines.describe('Of the configuration.'),
  repeats: z
    .strictObject({ count: z.number().int().min(1), since: time })
    .optional()
    .describe('How often the same actor did it again since the last message, without a message of its own.'),
  drill: drill.optional().describe('There where all of this is a fire drill, and nothing else.'),
  window: changeWindow.optional().describe('The change window that this is about.'),
  aftermath: aftermath.optional(),
  containment: containment.optional(),
  trimmed: lines.optional().describe('What was left out, because SNS takes 256 KiB.'),
});

/** What is told of an incident. */
export type Report = z.infer<typeof reportSchema>;
