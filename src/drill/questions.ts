/** A question of docs/measure-on-aws.md: what a drill can measure of it, or why it takes a person. */
export interface Question {
  readonly question: string;
  /** Why no program answers it on an account in production. */
  readonly takesAPerson?: string;
}

/** All of them, in the order of the document. */
export const QUESTIONS = {
  onlyTrail: {
    question: 'Does EventBridge still deliver the call that silences the only trail?',
    takesAPerson: 'needs an account whose only trail is silenced',
  },
  history: {
    question: 'How long until LookupEvents shows a call?',
  },
  insights: {
    question: 'Does stopping really switch Insights off at once?',
    takesAPerson: 'needs a trail with Insights, which records management events',
  },
  spelling: {
    question:
      'How are the members of PutInsightSelectors, PutEventConfiguration, AddTags and RemoveTags spelt in an event?',
  },
  aggregation: {
    question: 'Does `[]` clear the aggregation in PutEventConfiguration?',
  },
  sameBucket: {
    question: 'Does UpdateTrail check the bucket again when it names the same one?',
  },
  deliveryError: {
    question: 'Which texts stand in LatestDeliveryError?',
  },
  kmsRights: {
    question: 'Does CreateTrail or UpdateTrail need rights on the KMS key for its caller?',
    takesAPerson: 'needs a key of its own, which takes a week to delete',
  },
  missingSweeps: {
    question:
      'Does the alarm `missing-sweeps` fire when the schedule is disabled, and once only after the first deployment?',
    takesAPerson: 'needs a rule of the guard to be disabled',
  },
  configEvents: {
    question: "Does Security Hub's own Config rule raise compliance events?",
    takesAPerson: 'needs Security Hub, and a trail that is weakened for hours',
  },
  secondSignals: {
    question: 'How late do GuardDuty, Security Hub and Config speak up?',
    takesAPerson: 'needs a rule of the guard to be disabled',
  },
  throttled: {
    question: 'Does CloudTrail record a throttled call, and EventBridge deliver it?',
  },
  consoleLinks: {
    question: "Do the console's addresses in the mails open the event and the trail?",
    takesAPerson: 'needs eyes',
  },
  findingFields: {
    question: 'Does Security Hub take severity and types from FindingProviderFields?',
    takesAPerson: 'needs another deployment',
  },
  chat: {
    question: 'How does Amazon Q Developer show the notification, in Slack and in Teams?',
    takesAPerson: 'needs eyes',
  },
  containment: {
    question: 'How soon does containment take effect?',
    takesAPerson: 'needs another deployment, and somebody to be contained',
  },
  startTime: {
    question: 'Does StartLogging on a trail that logs move its StartLoggingTime?',
  },
  requestIds: {
    question:
      "Is the `requestID` in the event of a repair the one that the answer's header held, also of a call that the SDK tried twice?",
  },
  queues: {
    question: 'Do the policies of the queue let EventBridge send, and Lambda take?',
  },
  stackPolicies: {
    question:
      'Do the policies of queue, ledger and sink let CloudFormation change and delete the stack (`aws:CalledViaLast`)?',
    takesAPerson: 'needs the stack to be changed and removed',
  },
  outlive: {
    question: 'Do ledger and sink outlive the stack, and does the stage deploy again at once?',
    takesAPerson: 'needs the stack to be removed',
  },
  snsText: {
    question: 'How does SNS begin the text of the error for a message that it will never take?',
  },
  ledgerPolicy: {
    question:
      "Does DynamoDB's resource policy apply to the role of a function as `aws:PrincipalArn` of the role?",
  },
  logFeed: {
    question:
      'Does a log group `aws/cloudtrail/…` take a subscription filter, with records as a trail writes them, and go on without a trail?',
    takesAPerson: 'needs another deployment, and the only trail to be silenced',
  },
  ocsf: {
    question:
      "How does the newer Security Hub spell the type of GuardDuty's finding, in `finding_info.types`?",
    takesAPerson: 'needs both services, and eyes',
  },
  scp: {
    question: 'Do the SCP and the RCP deny, and let pass, what [prevention](prevention.md) says?',
    takesAPerson: 'needs an organisation',
  },
  doctor: {
    question:
      'Does `npm run doctor` find nothing ill on a stage that is well? Does the simulator take `…:trail/*` as a resource, and does it heed an SCP that has conditions?',
    takesAPerson: 'run it beside the drill, and read what it says',
  },
} as const satisfies Record<string, Question>;

export type QuestionName = keyof typeof QUESTIONS;

/** Those that a drill measures. */
export type Measurable = {
  [Name in QuestionName]: (typeof QUESTIONS)[Name] extends { readonly takesAPerson: string } ? never : Name;
}[QuestionName];

/** What was measured, in words; a right that is missing, or a time that was too short, is an answer too. */
export type Answers = Readonly<Partial<Record<Measurable, string>>>;

/** What stands in docs/measured-on-aws.json. */
export interface MeasuredOnAws {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly region: string;
  readonly answers: readonly {
    readonly question: string;
    readonly answer?: string;
    readonly open?: string;
  }[];
}

/** The answers with what is still open, for the file. */
export function measuredOnAws(answers: Answers, at: number, region: string): MeasuredOnAws {
  return {
    at: new Date(at).toISOString(),
    region,
    answers: Object.entries<Question>(QUESTIONS).map(([name, { question, takesAPerson }]) => {
      const answer = answers[name as Measurable];
      if (answer !== undefined) return { question, answer };
      return { question, open: takesAPerson ?? 'the drill did not come so far' };
    }),
  };
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s+/g, ' ');

/** The same as a page. */
export function measuredPage({ at, region, answers }: MeasuredOnAws): string {
  return [
    '# What was measured on AWS',
    '',
    `By \`npm run drill -- --live --measure\`, in ${region}, ${at}. How: [measure-on-aws.md](measure-on-aws.md).`,
    '',
    '| question | answer |',
    '| --- | --- |',
    ...answers.map(
      ({ question, answer, open }) => `| ${cell(question)} | ${cell(answer ?? `open: ${open ?? ''}`)} |`,
    ),
    '',
  ].join('\n');
}
