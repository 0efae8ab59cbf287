import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageOf } from '../packages/packages.ts';
import { partsOf } from '../packages/parts-of.ts';

/** What is reviewed. To write it anew after a change on purpose: delete it, and run this test. */
const GOLDEN = 'test/golden/rights.txt';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** An expression of CloudFormation as one would write it into Fn::Sub: `${AlertKey.Arn}`. */
function spelled(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(spelled).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, operand] = ['', null]] = Object.entries(value);
  if (name === 'Ref') return `\${${spelled(operand)}}`;
  if (name === 'Fn::GetAtt') return `\${${(operand as string[]).join('.')}}`;
  if (name === 'Fn::Sub' && typeof operand === 'string') return operand;
  if (name === 'Fn::Split') return spelled((operand as Json[])[1]);
  if (name === 'Fn::Select') {
    const [index, list] = operand as [number, Json];
    return `${spelled(list)}[${index}]`;
  }
  if (name === 'Fn::Join') {
    const [glue, parts] = operand as [string, Json[]];
    return parts.map(spelled).join(glue);
  }
  const entries = Object.entries(value).map(([key, each]) => `${key}: ${spelled(each)}`);
  return entries.join('; ');
}

type Fields = Readonly<Record<string, Json>>;

function listOf(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value].flat();
}

/**
 * One line for each action on each resource that a statement speaks of. Throws an Error naming what it does not know,
 * like NotAction: a right must not be missing here because nobody thought of its spelling.
 */
function linesOf(statement: Fields): string[] {
  const { Sid, Effect, Principal, Action, Resource, Condition, ...unknown } = statement;
  if (Object.keys(unknown).length > 0) throw new Error(`what is ${JSON.stringify(unknown)} in a statement?`);
  const who = Principal === undefined ? '' : ` to ${spelled(Principal)}`;
  const when = Condition === undefined ? '' : `, when ${spelled(Condition)}`;
  return listOf(Action).flatMap((action) =>
    (Resource === undefined ? ['itself'] : listOf(Resource).map(spelled)).map(
      (resource) =>
        `${spelled(Sid ?? '(no Sid)')}: ${spelled(Effect)}${who} ${spelled(action)} on ${resource}${when}`,
    ),
  );
}

/** Every policy in a part of the template, wherever it stands. */
function documentsIn(value: Json): Fields[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && Array.isArray(value['Statement'])) return [value];
  return Object.values(value).flatMap((each: Json) => documentsIn(each));
}

interface Resource {
  readonly Type: string;
  readonly Properties: Fields;
}

type Resources = Readonly<Record<string, Resource>>;

/** What a resource allows and denies, to the functions and to everybody else: one line a right. */
function rightsOf({ Type, Properties }: Resource): string[] {
  const { Action, Principal, SourceArn } = Properties;
  const permission = `Allow to ${spelled(Principal)} ${spelled(Action)}, when from ${spelled(SourceArn)}`;
  const stated = documentsIn(Properties).flatMap(({ Statement }) => listOf(Statement));
  return [
    ...(Type === 'AWS::Lambda::Permission' ? [permission] : []),
    ...stated.flatMap((statement) => linesOf(statement as Fields)),
  ];
}

/** The rights of a template in which all is chosen; those that the other template does not give are marked. */
function rightsIn(all: Resources, given: Resources): string {
  return Object.entries(all)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([id, resource]) => {
      const own = given[id] ? rightsOf(given[id]) : [];
      const lines = rightsOf(resource).map(
        (line) => `  ${line}${own.includes(line) ? '' : ', only where chosen'}\n`,
      );
      return lines.length > 0 ? [`${id}\n${lines.join('')}`] : [];
    })
    .join('\n');
}

/** Whatever gives rights. */
const CHOSEN = {
  rebuildUndeclared: 'true',
  chat: 'true',
  alarmTopic: 'arn:aws:sns:us-east-1:111122223333:on-call',
  securityHub: 'true',
  centralBus: 'arn:aws:events:us-east-1:111122223333:event-bus/security',
  cloudTrailLogGroup: 'aws/cloudtrail/management-events',
  protectStack: 'true',
  containment: 'true',
  containExempt: 'arn:aws:iam::123456789012:role/deploy',
};

const { Resources: deployed } = JSON.parse(
  readFileSync(join(packageOf('drill'), 'cloudformation-template-update-stack.json'), 'utf8'),
) as { Resources: Resources };
const parts = (await partsOf({ params: CHOSEN })) as { Resources: Resources };
// What a part changes of what the framework makes has no type of its own.
const all: Resources = { ...deployed, ...parts.Resources };

test(`the rights that the template gives, to the functions and to others, are those of ${GOLDEN}`, () => {
  const rights = rightsIn(all, deployed);
  if (!existsSync(GOLDEN) && !process.env['CI']) writeFileSync(GOLDEN, rights);
  expect(rights).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('no right of the package is missing there', () => {
  const golden = readFileSync(GOLDEN, 'utf8');
  const missing = Object.values(deployed).flatMap((resource) =>
    rightsOf(resource).filter((line) => !golden.includes(`  ${line}\n`)),
  );
  expect(missing).toEqual([]);
});

test('no resource that can give rights is missing there', () => {
  const giving = /^AWS::(IAM::.*|KMS::Key|DynamoDB::Table|Lambda::Permission|.*Policy)$/;
  const ids = Object.keys(all).filter((id) => giving.test(all[id]?.Type ?? ''));
  const listed = readFileSync(GOLDEN, 'utf8').match(/^\w+$/gm);
  expect(listed).toEqual(ids.toSorted());
});
