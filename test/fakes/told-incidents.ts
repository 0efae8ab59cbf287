import { followUp } from '../../src/report/follow-up.ts';
import type { Report } from '../../src/report/schema.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf, outcomeOf, VERIFIED_AT } from './incident.ts';
import {
  deleteTrail,
  enforcing,
  eventOf,
  EVENT_TIME,
  missing,
  observed,
  orgAuditTrail,
  stopLogging,
} from './samples.ts';

const name = orgAuditTrail.Name;
const stopped = observed(orgAuditTrail, { IsLogging: false, InsightSelectors: [] });
const redirected = observed(orgAuditTrail, { S3BucketName: 'mallorys-bucket' });
const startLogging = { kind: 'startLogging', trail: name } as const;
const sweep = { source: 'aws.events' };
const eventTime = Date.parse(EVENT_TIME);

const refused = Object.assign(new Error('The key is disabled.'), { name: 'KmsException' });

const stoppedAndRestored = reportOf(incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped)] }));

/** One report for each thing that people can be told, by what it tells of. */
export const REPORTS: Readonly<Record<string, Report>> = {
  'stopped-and-restored': stoppedAndRestored,

  'deleted-and-rebuilt': reportOf(
    incidentOf(deleteTrail(name, { userIdentity: { type: 'Root', accountId: '123456789012' } }), {
      outcomes: [outcomeOf(missing(name))],
    }),
  ),

  'redirected-and-restored': reportOf(
    incidentOf(eventOf('UpdateTrail', { name, s3BucketName: 'mallorys-bucket' }), {
      outcomes: [outcomeOf(redirected)],
    }),
  ),

  'not-restored': reportOf(
    incidentOf(eventOf('UpdateTrail', { name, kmsKeyId: '' }), {
      outcomes: [
        outcomeOf(
          observed(orgAuditTrail, { KmsKeyId: undefined }),
          observed(
            orgAuditTrail,
            { KmsKeyId: undefined },
            { deliveryErrors: ['log files to S3: AccessDenied'] },
          ),
          {
            attempts: [
              {
                repair: {
                  kind: 'updateTrail',
                  trail: name,
                  settings: { KmsKeyId: orgAuditTrail.KmsKeyId ?? '' },
                },
                error: refused,
              },
            ],
          },
        ),
      ],
    }),
  ),

  'attempt-refused': reportOf(
    incidentOf(
      deleteTrail(name, {
        errorCode: 'AccessDenied',
        errorMessage:
          'User: arn:aws:sts::123456789012:assumed-role/Admin/mallory is not authorized to perform: cloudtrail:DeleteTrail with an explicit deny in a service control policy',
      }),
    ),
  ),

  'sweep-without-an-actor': reportOf(incidentOf(sweep, { outcomes: [outcomeOf(stopped)] })),

  'gap-found-by-a-sweep': reportOf(
    incidentOf(sweep, {
      since: eventTime - 300_000,
      outcomes: [
        outcomeOf(
          observed(
            orgAuditTrail,
            {},
            { times: { stoppedLogging: eventTime - 120_000, startedLogging: eventTime - 75_000 } },
          ),
        ),
      ],
    }),
  ),

  'monitor-mode': reportOf(
    incidentOf(stopLogging(), {
      config: { ...enforcing, mode: 'monitor' },
      outcomes: [outcomeOf(stopped, stopped, { attempts: [], planned: [startLogging] })],
    }),
  ),

  'signal-of-guardduty': reportOf(
    incidentOf(
      {
        source: 'aws.guardduty',
        id: '7d3c2b1a-0000-4000-8000-00000000000c',
        detail: { title: `AWS CloudTrail trail ${name} was disabled.` },
      },
      { outcomes: [outcomeOf(stopped)] },
    ),
  ),

  'declaration-followed': reportOf(
    incidentOf(sweep, {
      isFirstSight: true,
      outcomes: [outcomeOf(observed(orgAuditTrail, { EnableLogFileValidation: false }))],
    }),
  ),

  'baseline-of-another-account': reportOf(
    incidentOf(stopLogging(), {
      config: { ...enforcing, runbook: 'https://wiki.example.com/trailkeeper' },
      faults: [
        new Error('The baseline is for account 111122223333, but the function runs in account 123456789012'),
      ],
    }),
  ),

  'follow-up': followUp(stoppedAndRestored, {
    aftermath: {
      from: EVENT_TIME,
      until: new Date(VERIFIED_AT + 600_000).toISOString(),
      calls: [
        {
          time: '2026-11-20T23:47:40Z',
          eventSource: 'iam.amazonaws.com',
          eventName: 'CreateAccessKey',
          sourceIp: '198.51.100.7',
          resources: ['mallory-backdoor'],
        },
        {
          time: '2026-11-20T23:48:02Z',
          eventSource: 's3.amazonaws.com',
          eventName: 'DeleteBucket',
          sourceIp: '203.0.113.9',
          refused: 'AccessDenied',
          resources: ['audit-logs-123456789012'],
        },
      ],
      more: 3,
    },
    containment: {
      principal: 'arn:aws:iam::123456789012:role/Admin',
      result: 'contained',
      reason: 'role Admin tampered 3 times within 10 minutes: all its sessions so far are denied everything.',
      undo: 'aws iam delete-role-policy --role-name Admin --policy-name trailkeeper-containment',
    },
  }),
};
