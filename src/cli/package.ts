import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Baseline, BaselineError, parseBaseline } from '../baseline.ts';
import { ConfigError, readConfig } from '../config.ts';

/** What the framework hands to a file that serverless.yml takes values from. */
interface Serverless {
  readonly resolveVariable: (variable: string) => Promise<unknown>;
}

/** The values that serverless.yml takes from the stage's baseline and the deployment parameters. */
interface Packaged {
  readonly mode: string;
  readonly guardUndeclared: string;
  readonly alertEmail: string;
  /** A JavaScript expression for the bundler to put in the place of BASELINE. */
  readonly baseline: string;
  readonly trailArns: readonly object[];
  readonly logsRoleArns: readonly string[];
  readonly declaresTrails: string;
  readonly deliversToLogs: string;
  readonly declaresOrganizationTrail: string;
}

function readBaseline(stage: string, region: string): Baseline | undefined {
  const file = `baselines/${stage}.yml`;
  if (!existsSync(file)) return undefined;
  const baseline = parseBaseline(readFileSync(file, 'utf8'), file);
  if (baseline.Region !== region)
    throw new BaselineError(
      `${file} is for ${baseline.Region}, and the stage is being packaged for ${region}: give --region ${baseline.Region}, ` +
        `or capture the trails of ${region} for a stage of their own`,
    );
  return baseline;
}

function checkEmail(alertEmail: string): void {
  if (alertEmail !== '' && !z.email().safeParse(alertEmail).success)
    throw new ConfigError(
      `alertEmail is ${JSON.stringify(alertEmail)}: allowed is one e-mail address, or none`,
    );
}

function values(baseline: Baseline | undefined): Omit<Packaged, 'mode' | 'guardUndeclared' | 'alertEmail'> {
  const trails = baseline?.Trails ?? [];
  const logsRoleArns = [
    ...new Set(trails.flatMap(({ CloudWatchLogsRoleArn }) => CloudWatchLogsRoleArn ?? [])),
  ];
  return {
    baseline: JSON.stringify(baseline ?? null),
    trailArns: trails.map(({ Name }) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:trail/${Name}`,
    })),
    logsRoleArns,
    declaresTrails: String(trails.length > 0),
    deliversToLogs: String(logsRoleArns.length > 0),
    declaresOrganizationTrail: String(trails.some(({ IsOrganizationTrail }) => IsOrganizationTrail)),
  };
}

function faultOf<T>(read: () => T): { value?: T; fault?: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof BaselineError || error instanceof ConfigError) return { fault: error.message };
    throw error;
  }
}

/**
 * Checks what a stage is packaged from, and derives what serverless.yml needs of it. Throws one error that names every
 * fault of the parameters and of the baseline, before anything is built or deployed.
 */
export async function packaged({ resolveVariable }: Serverless): Promise<Packaged> {
  const parameter = async (name: string) => String(await resolveVariable(`param:${name}`));
  const [stage, region, mode, guardUndeclared, alertEmail] = await Promise.all([
    resolveVariable('sls:stage').then(String),
    resolveVariable('self:provider.region').then(String),
    parameter('mode'),
    parameter('guardUndeclared'),
    parameter('alertEmail'),
  ]);
  const config = faultOf(() => readConfig({ mode, guardUndeclared }));
  const email = faultOf(() => {
    checkEmail(alertEmail);
  });
  const baseline = faultOf(() => readBaseline(stage, region));
  const faults = [config, email, baseline].flatMap(({ fault }) => fault ?? []);
  // The framework prints the stack, which says nothing to the person who made the mistake.
  if (faults.length > 0) throw Object.assign(new ConfigError(), { stack: `\n${faults.join('\n')}` });
  return { mode, guardUndeclared, alertEmail, ...values(baseline.value) };
}
