import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type DeployedTopic, readTopics } from './messages/deployed-topic.ts';
import type { Rule } from './events/event-rule.ts';
import { readRule } from './events/event-rule.ts';
import { readKey } from './kms/deployed-key.ts';
import type { Key } from './kms/kms.ts';
import { readSchedule, type Schedule } from './events/schedule.ts';
import type { FunctionConfiguration } from './lambda/function-configuration.ts';
import { readFunction } from './lambda/function-configuration.ts';
import { type Permission, readPermission } from './lambda/permission.ts';
import { type DeployedLogGroup, readLogGroup } from './logs/logs.ts';
import type { Queue } from './messages/queues.ts';
import { readQueue } from './messages/queues.ts';
import { readManagedPolicies, readRoles, type Role } from './iam/roles.ts';
import { type EventSource, readEventSource } from './lambda/event-source.ts';
import type { Bucket } from './s3/bucket.ts';
import { readBucket } from './s3/deployed-bucket.ts';
import { type Alarm, type Dashboard, readAlarm, readDashboard } from './monitoring/alarms.ts';
import type { StackRecord } from './stack/cloudformation.ts';
import { readTable, type Table } from './tables/table.ts';
import type { Deployment } from './stack/template.ts';
import { readTemplate } from './stack/template.ts';

/** What the embedded AWS runs of a deployed template, as it was deployed; everything else in it is ignored. */
export interface Stack {
  readonly deployment: Deployment;
  readonly roles: readonly Role[];
  readonly functions: readonly FunctionConfiguration[];
  readonly eventSources: readonly EventSource[];
  readonly rules: readonly Rule[];
  readonly schedules: readonly Schedule[];
  readonly permissions: readonly Permission[];
  readonly topics: readonly DeployedTopic[];
  readonly queues: readonly Queue[];
  readonly tables: readonly Table[];
  readonly keys: readonly Key[];
  readonly alarms: readonly Alarm[];
  readonly dashboards: readonly Dashboard[];
  readonly record: StackRecord;
  readonly logGroups: readonly DeployedLogGroup[];
  readonly buckets: readonly Bucket[];
  /** The document of each of its managed policies, by its ARN. */
  readonly managedPolicies: ReadonlyMap<string, string>;
}

// Ignoring one of these would make a package that does nothing look as if it worked.
const notRun = ['AWS::Pipes::Pipe', 'AWS::Events::EventBus'];

/** What was read last: most who deploy a package in one process deploy the same one again and again. */
let last: { readonly key: string; readonly stack: Stack } | undefined;

/**
 * Reads the compiled package in `directory`: the template that the Serverless Framework leaves there and the zips beside
 * it. Throws an Error naming resource and expression for what it needs and cannot resolve, and for triggers that it
 * cannot run.
 */
export function readStack(directory: string, deployment: Deployment): Stack {
  const text = readFileSync(join(directory, 'cloudformation-template-update-stack.json'), 'utf8');
  const key = JSON.stringify([directory, deployment, isProtected(directory), text]);
  if (last?.key !== key) last = { key, stack: stackOf(text, directory, deployment) };
  return last.stack;
}

function stackOf(text: string, directory: string, deployment: Deployment): Stack {
  const template = readTemplate(JSON.parse(text), deployment);
  for (const type of notRun) {
    const [found] = template.resources(type);
    if (found !== undefined) throw new Error(`${found}: the embedded AWS does not run ${type}`);
  }
  const roles = readRoles(template);
  return {
    deployment,
    roles,
    eventSources: template
      .resources('AWS::Lambda::EventSourceMapping')
      .map((id) => readEventSource(template, id)),
    functions: template
      .resources('AWS::Lambda::Function')
      .map((id) => readFunction(template, id, directory, roles)),
    schedules: template.resources('AWS::Scheduler::Schedule').map((id) => readSchedule(template, id, roles)),
    rules: template.resources('AWS::Events::Rule').map((id) => readRule(template, id)),
    permissions: template
      .resources('AWS::Lambda::Permission')
      .map((id) => readPermission(template, id, deployment)),
    topics: readTopics(template, deployment),
    tables: template.resources('AWS::DynamoDB::Table').map((id) => readTable(template, id)),
    keys: template.resources('AWS::KMS::Key').map((id) => readKey(template, id, deployment)),
    alarms: template.resources('AWS::CloudWatch::Alarm').map((id) => readAlarm(template, id)),
    dashboards: template.resources('AWS::CloudWatch::Dashboard').map((id) => readDashboard(template, id)),
    record: {
      id: template.stackId,
      name: deployment.stackName,
      description: template.description,
      parameters: deployment.parameters,
      outputs: template.outputs(),
      resources: template.all(),
      template: text,
      isProtected: isProtected(directory),
    },
    queues: template.resources('AWS::SQS::Queue').map((id) => readQueue(template, id, deployment)),
    managedPolicies: readManagedPolicies(template),
    logGroups: template.resources('AWS::Logs::LogGroup').map((id) => readLogGroup(template, id)),
    buckets: template.resources('AWS::S3::Bucket').map((id) => readBucket(template, id, deployment)),
  };
}

const frameworkState = z.object({
  service: z.object({ provider: z.object({ deletionProtection: z.unknown().optional() }) }),
});

/** Whether the Serverless Framework protects the stack from deletion when it has deployed it. */
function isProtected(directory: string): boolean {
  const file = join(directory, 'serverless-state.json');
  if (!existsSync(file)) return false;
  return (
    frameworkState.parse(JSON.parse(readFileSync(file, 'utf8'))).service.provider.deletionProtection === true
  );
}
