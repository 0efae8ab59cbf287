import { ask } from './raw.ts';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Condition?: string }>>;
}

/**
 * The types of unconditional resources of a template that a stack does not have. Some emulators skip what they do not
 * know, and call the stack complete all the same.
 */
export async function missingTypes(endpoint: string, stack: string, template: string): Promise<string[]> {
  const there = await ask(endpoint, {
    service: 'cloudformation',
    form: { Action: 'ListStackResources', StackName: stack, Version: '2010-05-15' },
  });
  const { Resources } = JSON.parse(template) as Template;
  const missing = Object.entries(Resources).filter(
    ([id, { Condition }]) => Condition === undefined && !there.includes(`<LogicalResourceId>${id}<`),
  );
  return [...new Set(missing.map(([, { Type }]) => Type))].sort();
}
