import { z } from 'zod';
import { stableUuid } from '../wire/stable-uuid.ts';
import type { Deployment, Template } from '../stack/template.ts';

/** A statement of a function's resource policy. */
export interface Permission {
  readonly id: string;
  readonly functionArn: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
}

const permissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.coerce.string().optional(),
});

/** Reads a statement of a function's resource policy. CloudFormation makes its id up. */
export function readPermission(
  template: Template,
  id: string,
  { partition, region, account, stackName }: Deployment,
): Permission {
  const properties = template.read(id, permissionProperties);
  const { FunctionName: name } = properties;
  return {
    id: `${stackName}-${id}-${stableUuid(`${stackName}/${id}`).slice(24)}`,
    functionArn: name.startsWith('arn:')
      ? name
      : `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    action: properties.Action,
    principal: properties.Principal,
    sourceArn: properties.SourceArn,
    sourceAccount: properties.SourceAccount,
  };
}

/**
 * A permission as the statement that GetPolicy shows.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function statementOf({ id, functionArn, action, principal, sourceArn, sourceAccount }: Permission) {
  const isService = /^[\w.-]+\.amazonaws\.com(?:\.cn)?$/.test(principal);
  const condition = {
    ...(sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    ...(sourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
  };
  return {
    Sid: id,
    Effect: 'Allow',
    Principal: isService ? { Service: principal } : principal === '*' ? '*' : { AWS: principal },
    Action: action,
    Resource: functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
