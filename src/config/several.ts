import { z } from 'zod';
import { withChecks, type CrossCheck } from './checks.js';
import { readSettings } from './load.js';
import {
  readConfig,
  readLearnConfig,
  resolveConfig,
  resolveLearnConfig,
  type Sources,
} from './resolve.js';
import {
  learnChecks,
  learnFields,
  type LearnConfig,
  type LearnInput,
  type learnSchema,
} from './schema.js';

/** The settings of `learn` for one network on several data sets: the same but for `data`. */
const severalFields = learnFields.extend({
  data: z
    .array(z.string({ error: 'expected a folder, or KIND:DIR such as folder:photos' }).min(1))
    .min(2, 'expected two data sets or more')
    .describe('The data sets that share a network.'),
});

const alikeCheck: CrossCheck<z.output<typeof severalFields>> = {
  path: ['restore'],
  fields: ['restore'],
  problem: ({ restore }) =>
    restore === 'none' &&
    "'none' leaves images of several sizes, which data sets that share a batch cannot have",
};

const batchCheck: CrossCheck<z.output<typeof severalFields>> = {
  path: ['batch'],
  fields: ['batch', 'data'],
  problem: ({ batch, data }) =>
    batch !== 'auto' &&
    batch < data.length &&
    `expected ${data.length} or more: an image of every data set`,
};

export const severalSchema = withChecks(severalFields, [...learnChecks, alikeCheck, batchCheck]);

export type SeveralConfig = z.output<typeof severalSchema>;
/** The same, once the data have said how many images a step holds. */
export type SettledSeveral = SeveralConfig & { readonly batch: number };
export type SeveralInput = Partial<z.input<typeof severalSchema>>;

/** What `learn` may be told: one data set, or a list of them. */
export type LearningInput = Omit<LearnInput, 'data'> & { data?: string | readonly string[] };

/** True for the settings of a run on several data sets. */
export function isSeveral(config: LearnConfig | SeveralConfig): config is SeveralConfig {
  return typeof config.data !== 'string';
}

/** Resolves what `learn` will do on one data set or on several. @throws UserError as `resolveConfig` */
export function resolveLearning(sources: Sources<LearningInput>): LearnConfig | SeveralConfig {
  const inFile = sources.file === undefined ? undefined : readSettings(sources.file).data;
  const data = sources.flags?.data ?? inFile;
  if (Array.isArray(data) && data.length > 1)
    return resolveConfig(severalSchema, sources, (name) => `runs/${name}`, [], true);
  const flags = Array.isArray(data) ? { ...sources.flags, data: data[0] } : sources.flags;
  return resolveLearnConfig({ ...sources, flags: flags as z.input<typeof learnSchema> });
}

/** Reads back the `config.json` of a `learn` run on one data set or on several. @throws UserError as `readConfig` */
export function readLearning(path: string): LearnConfig | SeveralConfig {
  return Array.isArray(readSettings(path).data) ? readSeveralConfig(path) : readLearnConfig(path);
}

/** Reads back the `config.json` of a run on several data sets. @throws UserError as `readConfig` */
export function readSeveralConfig(path: string): SeveralConfig {
  return readConfig(severalSchema, path);
}
