import {
  type CloudTrailClient,
  GetInsightSelectorsCommand,
  GetTrailStatusCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { api, arn, type TrailCase, guide, refused, TRAIL } from './trail-case.ts';

const NO_TRAIL_ARN = 'arn:aws:s3:::no-trail';
const everywhere = { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true };

const isLogging = async (client: CloudTrailClient) =>
  (await client.send(new GetTrailStatusCommand({ Name: TRAIL }))).IsLogging;

const start = (client: CloudTrailClient, Name = TRAIL) => client.send(new StartLoggingCommand({ Name }));

const stop = (client: CloudTrailClient, Name = TRAIL) => client.send(new StopLoggingCommand({ Name }));

/** StartLogging and StopLogging. */
export const LOGGING_CASES: readonly TrailCase[] = [
  ...[start, stop].flatMap((call): readonly TrailCase[] => {
    const operation = call === start ? 'StartLogging' : 'StopLogging';
    const page = api(operation);
    return [
      ...[TRAIL, arn()].map((Name) => ({
        operation,
        what: Name === TRAIL ? 'by name' : 'by ARN',
        documented: call === start,
        page,
        run: async (here: CloudTrailClient) => {
          if (call === stop) await start(here);
          await call(here, Name);
          return isLogging(here);
        },
      })),
      refused(operation, 'no such trail', 'TrailNotFoundException', (here) => call(here, 'no-such-trail')),
      refused(operation, 'an ARN that is not of a trail', 'CloudTrailARNInvalidException', (here) =>
        call(here, NO_TRAIL_ARN),
      ),
      refused(
        operation,
        'from a Region that is not its home',
        'InvalidHomeRegionException',
        (_, elsewhere) => call(elsewhere, arn()),
        { trail: everywhere },
      ),
    ];
  }),
  {
    operation: 'StopLogging',
    what: 'switches Insights off',
    documented: 'InsightNotEnabledException',
    page: guide('cloudtrail-additional-cli-commands'),
    run: async (here) => {
      await start(here);
      await here.send(
        new PutInsightSelectorsCommand({
          TrailName: TRAIL,
          InsightSelectors: [{ InsightType: 'ApiCallRateInsight' }],
        }),
      );
      await stop(here);
      return (await here.send(new GetInsightSelectorsCommand({ TrailName: TRAIL }))).InsightSelectors;
    },
  },
];
