import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageOf } from '../packages/packages.ts';

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
  if (name === 'Fn::Join') {
    const [glue, parts] = operand as [string, Json[]];
    return parts.map(spelled).join(glue);
  }
  if (name === 'Fn::If') {
    const [condition, yes, no] = operand as Json[];
    return `${spelled(yes)} if ${spelled(condition)}, else ${spelled(no)}`;
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
  const [condition, yes, no] = listOf(statement['Fn::If']);
  if (condition !== undefined) {
    const only = (branch: Json | undefined, when: string) =>
      linesOf(branch as Fields).map((line) => `${line}, only if ${when}${spelled(condition)}`);
    return [...only(yes, ''), ...only(no, 'not ')];
  }
  if (statement['Ref'] === 'AWS::NoValue') return [];
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
  readonly Condition?: string;
  readonly Properties: Fields;
}

/** What the template allows and denies, to the function and to everybody else: one line a right. */
function rightsIn(resources: Readonly<Record<string, Resource>>): string {
  return Object.entries(resources)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { Type, Condition, Properties }]) => {
      const { Action, Principal, SourceArn } = Properties;
      const permission = `Allow to ${spelled(Principal)} ${spelled(Action)}, when from ${spelled(SourceArn)}`;
      const lines = Type === 'AWS::Lambda::Permission' ? [permission] : [];
      const stated = documentsIn(Properties).flatMap(({ Statement }) => listOf(Statement));
      const all = [...lines, ...stated.flatMap((statement) => linesOf(statement as Fields))];
      return [id, Condition ? all.map((line) => `${line}, only if ${Condition}`) : all] as const;
    })
    .flatMap(([id, lines]) =>
      lines.length > 0 ? [`${id}\n${lines.map((line) => `  ${line}\n`).join('')}`] : [],
    )
    .join('\n');
}

const { Resources } = JSON.parse(
  readFileSync(join(packageOf('drill'), 'cloudformation-template-update-stack.json'), 'utf8'),
) as { Resources: Record<string, Resource> };

test(`the rights that the template gives, to the function and to others, are those of ${GOLDEN}`, () => {
  const rights = rightsIn(Resources);
  if (!existsSync(GOLDEN) && !process.env['CI']) writeFileSync(GOLDEN, rights);
  expect(rights).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('no resource that can give rights is missing there', () => {
  const giving = /^AWS::(IAM::.*|KMS::Key|Lambda::Permission|.*Policy)$/;
  const ids = Object.keys(Resources).filter((id) => giving.test(Resources[id]?.Type ?? ''));
  const listed = readFileSync(GOLDEN, 'utf8').match(/^\w+$/gm);
  expect(listed).toEqual(ids.toSorted());
});
