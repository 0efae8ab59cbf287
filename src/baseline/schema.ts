import { z } from 'zod';
import { atMost, isObject, matching, member, twin } from '../kinds/schema-rules.ts';
import { bucketSchema } from '../kinds/bucket/schema.ts';
import { refusedDestinations } from './destinations.ts';
import { keySchema } from '../kinds/key/schema.ts';
import { logGroupSchema } from '../kinds/log-group/schema.ts';
import { roleSchema } from '../kinds/role/schema.ts';
import { topicSchema } from '../kinds/topic/schema.ts';
import { trail } from '../kinds/trail/schema.ts';

/*
 * The one definition of a baseline: the types, the validator and baselines/schema.json all come from it.
 * It runs when a baseline is captured, checked or packaged, never inside the Lambda function, whose package
 * already holds the parsed result.
 */

const notWatched = z
  .strictObject({
    Name: z.string(),
    Reason: z.string().describe('Where it is, or why it could not be read.'),
  })
  .describe('What the trails deliver through, and is not guarded from here.');

/** Declarations of one kind. */
const listOf = <T extends z.ZodType>(declaration: T) =>
  z
    .array(declaration)
    .refine((list) => twin(list, 'Name') === undefined, {
      error: ({ input }) => `declares ${String(twin(input, 'Name'))} twice: keep one`,
      when: ({ value }) => Array.isArray(value),
    })
    .optional();

/** What one entry of each list says. */
export const declarations = {
  Buckets: bucketSchema,
  Keys: keySchema,
  LogGroups: logGroupSchema,
  Roles: roleSchema,
  Topics: topicSchema,
};

/** What the declared trails deliver through. Each list may be left out, and so may each resource: then it is not guarded. */
const deliveryPath = z.strictObject({
  Buckets: listOf(bucketSchema),
  Keys: listOf(keySchema),
  LogGroups: listOf(logGroupSchema),
  Roles: listOf(roleSchema),
  Topics: listOf(topicSchema),
  NotWatched: z.array(notWatched).optional(),
});

/** The shape and the rules of a baseline file. */
export const baseline = z
  .strictObject({
    Account: matching(/^\d{12}$/, 'is not an account id: write its 12 digits in quotes').describe(
      'The account that this file is for; a function deployed elsewhere refuses to use it.',
    ),
    AccountAlias: matching(
      /^[a-z0-9](?:-?[a-z0-9]){2,62}$/,
      'is not an account alias: use 3 to 63 lower-case letters, digits and single hyphens between them',
    )
      .optional()
      .describe("The account's name in the alerts."),
    Region: matching(/^[a-z]{2,}(?:-[a-z]+)+-\d$/, 'is not a Region, like us-east-1').describe(
      'The home Region of every trail in this file.',
    ),
    Trails: atMost(5, trail, 'holds more than the 5 trails that CloudTrail allows in a Region').describe(
      'The complete desired state of each guarded trail: what is absent here is absent there.',
    ),
    DeliveryPath: deliveryPath
      .optional()
      .describe('What the trails deliver through: what is not declared here is not guarded.'),
  })
  .refine(({ Trails }) => twin(Trails, 'Name') === undefined, {
    path: ['Trails'],
    error: ({ input }) => `declares ${String(twin(member(input, 'Trails'), 'Name'))} twice: keep one`,
    when: isObject,
  })
  .superRefine((declared, context) => {
    for (const { path, message } of refusedDestinations(declared))
      context.addIssue({ code: 'custom', path, message });
  });
