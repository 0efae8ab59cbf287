import { type Scenario, simulate } from './scenarios.ts';

// Virtual time replaces the timers of a whole process: each scenario has one of its own.
const [scenario = '', directory = '', scratch = ''] = process.argv.slice(2);
const result = await simulate(JSON.parse(scenario) as Scenario, directory, scratch);
process.send?.(result);
