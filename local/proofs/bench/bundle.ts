import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { parseDocument } from 'yaml';
import { z } from 'zod';

/**
 * What serverless-esbuild asks of esbuild for the runtime nodejs24.x where `custom.esbuild` is silent. Version 3 of the
 * SDK is bundled: only version 2 is left out.
 * https://github.com/floydspace/serverless-esbuild#options
 */
export const PLUGIN_DEFAULTS: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  external: ['aws-sdk'],
};

const settings = z.object({
  custom: z.object({ esbuild: z.looseObject({ exclude: z.array(z.string()) }) }),
});

/** Options of the plugin's own, and the baseline, which the framework fills in. */
const NOT_FOR_A_BUNDLE = ['outputFileExtension', 'define'];

/** What the package is made with: the `custom.esbuild` of a serverless.yml over the plugin's defaults. */
export function packageSettings(serverlessYml: string): BuildOptions {
  const document: unknown = parseDocument(serverlessYml, { logLevel: 'silent' }).toJS();
  const { exclude, ...rest } = settings.parse(document).custom.esbuild;
  const own = Object.entries(rest).filter(([name]) => !NOT_FOR_A_BUNDLE.includes(name));
  return { ...PLUGIN_DEFAULTS, ...Object.fromEntries(own), external: exclude };
}

/** The settings of this project's package. */
export async function ownSettings(): Promise<BuildOptions> {
  return packageSettings(await readFile('serverless.yml', 'utf8'));
}

/** Bundles a module of this folder into a file. */
export async function bundle(module: string, outfile: string, options: BuildOptions): Promise<void> {
  const entry = fileURLToPath(new URL(module, import.meta.url));
  await build({ ...options, entryPoints: [entry], outfile, logLevel: 'error' });
}
