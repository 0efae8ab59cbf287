import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { isFor, type Keeper } from '../config/own-parts.ts';
import { KINDS } from '../kinds/kinds.ts';
import { digestOf, type GuardPart, guardParts } from './guard-parts.ts';
import type { Template } from './template-references.ts';
import { patternsFor } from './watched-rules.ts';

/** What the framework gives a plugin. */
interface Framework {
  readonly serviceDir: string;
  readonly service: {
    readonly provider: {
      readonly compiledCloudFormationTemplate: Template & { Resources: Record<string, unknown> };
      readonly deletionProtection?: boolean | null;
    };
    readonly custom: { readonly name: string };
  };
}

const FUNCTIONS = ['heal', 'watch', 'tell'] as const;

/** The parts that AWS names, whose names the functions learn by their environment. */
const NAMED_BY_AWS = ['AWS::IAM::Role', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'];

const logicalId = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;

function tellNames({ Resources }: Template): void {
  const ids = Object.entries(Resources)
    .filter(([id, { Type }]) => NAMED_BY_AWS.includes(Type) && !id.startsWith('ServerlessDeployment'))
    .map(([id]) => id);
  const sources = Object.keys(Resources).filter(
    (id) => Resources[id]?.Type === 'AWS::Lambda::EventSourceMapping',
  );
  const namesOf = (known: readonly string[]) => ({
    'Fn::Join': [',', known.map((id) => ({ 'Fn::Join': ['', [`${id}=`, { Ref: id }]] }))],
  });
  const known = [...ids, 'AWS::StackName', 'AWS::StackId'];
  for (const name of FUNCTIONS) {
    const { Environment } = Resources[logicalId(name)]?.Properties as {
      Environment: { Variables: Record<string, unknown> };
    };
    // The function that reads a queue is there before its reading.
    Environment.Variables['GUARD_NAMES'] = namesOf(name === 'tell' ? known : [...known, ...sources]);
  }
}

/** Texts with `${…}` as CloudFormation's expressions. */
function expressed(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(expressed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expressed(each)]));
}

const HOME = { partition: '${AWS::Partition}', region: '${AWS::Region}', account: '${AWS::AccountId}' };

/** The rules by which calls on the guard's own parts wake a function, and the permissions that they need. */
function addRules(
  template: { Resources: Record<string, unknown> },
  stack: string,
  keeper: 'heal' | 'watch',
  parts: readonly GuardPart[],
): void {
  const kinds = [...new Set(parts.map(({ kind }) => kind))].filter((kind) => Object.hasOwn(KINDS, kind));
  const patterns = kinds.flatMap((kind) =>
    patternsFor(
      parts
        .filter((part) => part.kind === kind)
        .map((part) => ({ ...part, purpose: 'guard', watch: 'enforce', trails: [] })),
      HOME,
      `${stack}-`,
    ),
  );
  const prefix = keeper === 'heal' ? 'HealGuard' : 'WatchGuard';
  const name = `${stack}-${keeper}-guard`;
  const target = { 'Fn::GetAtt': [logicalId(keeper), 'Arn'] };
  patterns.forEach((pattern, index) => {
    template.Resources[`${prefix}${index + 1}Rule`] = {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: `${name}-${index + 1}`,
        Description: "Calls on the guard's own parts.",
        EventPattern: expressed(pattern),
        Targets: [
          {
            Id: keeper,
            Arn: target,
            RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] } },
          },
        ],
      },
    };
  });
  // One for all: whoever takes them away one by one would have each put back by as many passes.
  template.Resources[`${prefix}Permission`] = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: target,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: expressed(`arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/${name}-*`),
    },
  };
}

const isOf = (keeper: 'heal' | 'watch') => (part: GuardPart) => part.repairedBy.includes(keeper);

/** What nobody puts back is told at least, by the function that does not live by it. */
const isHeardBy = (keeper: 'heal' | 'watch') => (part: GuardPart) =>
  isOf(keeper)(part) || (keeper === 'heal' && part.repairedBy.length === 0);

/** Any time will do for files in a zip, as long as it is the same: equal packages are to have equal digests. */
const ALWAYS = '2020-01-01T00:00:00Z';

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html: everybody may read what is in a package. */
const READABLE = 0o100644 << 16;

function addTo(file: string, name: string, text: string): Uint8Array {
  const files: Zippable = {};
  const add = (path: string, content: Uint8Array) => {
    files[path] = [content, { mtime: ALWAYS, os: 3, attrs: READABLE }];
  };
  for (const [path, content] of Object.entries(unzipSync(readFileSync(file)))) add(path, content);
  add(name, new TextEncoder().encode(text));
  const zip = zipSync(files);
  writeFileSync(file, zip);
  return zip;
}

/**
 * Writes down what the compiled template declares of the guard itself, beside the code of its functions, and adds the rules by which
 * calls on these parts wake them. `watch` is written last: it knows the digests of the other packages, and `heal` learns that of
 * `watch` by its environment, for two packages cannot hold each other's digest.
 */
export function declareGuard({ serviceDir, service }: Framework): void {
  const { compiledCloudFormationTemplate: template, deletionProtection } = service.provider;
  const isProtected = deletionProtection === true;
  const { name } = service.custom;
  tellNames(template);
  const before = guardParts(template, isProtected);
  addRules(
    template,
    name,
    'watch',
    before.filter((part) => part.kind !== 'schedule' || isOf('watch')(part)),
  );
  addRules(template, name, 'heal', before.filter(isHeardBy('heal')));
  const folder = join(serviceDir, '.serverless');
  const zip = (each: string) => join(folder, `${each}.zip`);
  const declared = guardParts(template, isProtected);
  // What heal reads at a cold start is no more than it looks after.
  const textFor = (keeper: Keeper) => JSON.stringify(declared.filter((part) => isFor(keeper, part)));
  const digests = Object.fromEntries(
    (['heal', 'tell'] as const).map((each) => [
      `${name}-${each}`,
      digestOf(addTo(zip(each), 'guard.json', textFor(each))),
    ]),
  );
  const known = JSON.stringify(guardParts(template, isProtected, digests));
  addTo(zip('watch'), 'guard.json', known);
  writeFileSync(join(folder, 'guard.json'), known);
}
