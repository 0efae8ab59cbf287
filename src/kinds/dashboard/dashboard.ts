import { asText } from '../../foreign/values.ts';
import { type DeclaredResource, isEqual, type ResourceKind, type ResourceRepair } from '../resource.ts';

const BODY = 'DashboardBody';

/** A body is JSON, as text or as a value; what is none says but itself. */
function readBody(body: unknown): unknown {
  try {
    return JSON.parse(asText(body) ?? JSON.stringify(body ?? null));
  } catch {
    return body;
  }
}

function write({ name, fields }: DeclaredResource): ResourceRepair {
  const DashboardBody = asText(fields[BODY]) ?? JSON.stringify(fields[BODY] ?? { widgets: [] });
  return {
    kind: 'PutDashboard',
    name,
    input: { DashboardName: name, DashboardBody },
    sets: { DashboardBody },
  };
}

/** Dashboards of CloudWatch: people look at the guard by one. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
export const dashboard: ResourceKind = {
  noun: 'dashboard',
  source: 'monitoring.amazonaws.com',
  arn: ({ name }, { partition, account }) => `arn:${partition}:cloudwatch::${account}:dashboard/${name}`,
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/logging_cw_api_calls.html
  tamperings: {
    PutDashboard: { deed: 'rewritten', story: 'was REWRITTEN', part: BODY, harm: 'delayed' },
    DeleteDashboards: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'delayed' },
  },
  naming: ['dashboardName', 'dashboardNames'],
  create: (declared) => ({ ...write(declared), founds: true }),
  fields: {
    [BODY]: {
      harm: 'delayed',
      isAsGood: (declared, found) => isEqual(readBody(declared), readBody(found)),
      repair: (declared) => [write(declared)],
    },
  },
};
